/** The started product, used as its users use it: the AWS SDK for Java and the AWS CLI. */
@NullMarked
package dev.cloister.tests.e2e;

import org.jspecify.annotations.NullMarked;
