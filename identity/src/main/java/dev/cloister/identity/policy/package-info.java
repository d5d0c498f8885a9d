/**
 * The policy language: parsing, compiling and deciding.
 *
 * <p>Start at {@link dev.cloister.identity.policy.PolicyEvaluator}: it takes a {@link
 * dev.cloister.identity.policy.Caller}, the policies that bind it, the resource's policy if there
 * is one, and an {@link dev.cloister.identity.policy.AccessRequest}. Everything here is immutable
 * and depends on nothing of this product, so every module that holds a policy can use it. Source:
 * IAM User Guide, "Policy evaluation logic" and "IAM JSON policy reference".
 */
@NullMarked
package dev.cloister.identity.policy;

import org.jspecify.annotations.NullMarked;
