package dev.cloister.api.facts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceFactsTest {
    @ParameterizedTest
    @ValueSource(strings = {"lambda", "sts", "logs"})
    void everyReferenceOfAModelResolves(String service) {
        ServiceFacts facts = ServiceFacts.load("/facts/" + service + ".json");
        assertThat(facts.signingName()).isEqualTo(service);
        for (OperationFacts operation : facts.operations().values()) {
            operation.input().ifPresent(name -> assertThat(facts.structure(name)).isPresent());
            operation.output().ifPresent(name -> assertThat(facts.structure(name)).isPresent());
            operation.errors().forEach(name -> assertThat(facts.error(name)).isPresent());
        }
        for (Shape shape : facts.shapes().values()) {
            switch (shape) {
                case Shape.Structure structure ->
                        structure
                                .members()
                                .values()
                                .forEach(m -> assertThat(facts.shape(m.shape())).isPresent());
                case Shape.ListOf list -> assertThat(facts.shape(list.member())).isPresent();
                case Shape.MapOf map -> {
                    assertThat(facts.shape(map.key())).isPresent();
                    assertThat(facts.shape(map.value())).isPresent();
                }
                case Shape.Text _, Shape.Numeric _, Shape.Blob _, Shape.Plain _ -> {
                    // Leaves refer to nothing.
                }
            }
        }
    }

    @Test
    void saysWhichFactsAreMissing() {
        assertThatThrownBy(() -> ServiceFacts.load("/facts/none.json"))
                .hasMessageContaining("/facts/none.json");
    }

    @Test
    void patternsEndSoonOnHostileText() {
        TextPattern exponential = new TextPattern("((a+)+)+b");
        long start = System.nanoTime();
        assertThat(exponential.matches("a".repeat(60))).isFalse();
        assertThat(new TextPattern("(a|b)*").matches("a".repeat(65_000))).isIn(true, false);
        assertThat(new TextPattern("a*").matches("a".repeat(65_537))).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void patternsKnowTheRegionsThatTheServicesKnow() {
        TextPattern pattern =
                new TextPattern("([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?x");
        assertThat(pattern.matches("eusc-de-east-1:x")).isTrue();
        assertThat(pattern.matches("us-gov-west-1:x")).isTrue();
        assertThat(pattern)
                .hasToString("((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?x");
        assertThat(new TextPattern("[a-z]{2}").toString()).isEqualTo("[a-z]{2}");
    }
}
