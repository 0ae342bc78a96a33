/**
 * Linux namespaces: {@linkplain io.carrel.namespaces.NamespaceType types}, {@linkplain io.carrel.namespaces.IdMap id
 * maps}, and namespaces to {@linkplain io.carrel.namespaces.Namespace#create create}, {@linkplain
 * io.carrel.namespaces.Namespace#call enter}, {@linkplain io.carrel.namespaces.Namespace#persist(java.nio.file.Path)
 * persist} and {@linkplain io.carrel.namespaces.Namespaces#list list}.
 */
@org.jspecify.annotations.NullMarked
package io.carrel.namespaces;
