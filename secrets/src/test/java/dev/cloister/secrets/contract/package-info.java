/**
 * Bad input for every operation of both services, generated from Amazon's models: each fault is
 * refused, names what is wrong, and changes nothing.
 */
@NullMarked
package dev.cloister.secrets.contract;

import org.jspecify.annotations.NullMarked;
