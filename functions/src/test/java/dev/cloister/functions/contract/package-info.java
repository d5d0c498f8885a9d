/**
 * What every operation owes to every caller, generated from Amazon's model: bad input is refused by
 * name and changes nothing, and no account sees or touches what is another's. Requests go through
 * the edge, signed, over HTTP. Start at {@link dev.cloister.functions.contract.ContractTest}.
 */
@NullMarked
package dev.cloister.functions.contract;

import org.jspecify.annotations.NullMarked;
