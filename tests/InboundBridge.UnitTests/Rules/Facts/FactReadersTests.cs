using InboundBridge.Rules.Facts;

namespace InboundBridge.UnitTests.Rules.Facts;

public class FactReadersTests
{
    [Fact]
    public void A_fact_without_a_reader_is_an_error_and_gets_no_other_facts_value()
    {
        var readers = new FactReaders<string> { { Fact.Subject, text => FactValue.Of(text) } };
        Assert.Equal("x", readers.Read(Fact.Subject, "x").Text);
        Assert.Contains("'helo'", Assert.Throws<ArgumentException>(() => readers.Read(Fact.Helo, "x")).Message, StringComparison.Ordinal);
        Assert.Equal([Fact.Subject], readers);
    }

    [Fact]
    public void A_second_reader_for_a_fact_is_an_error() =>
        Assert.Throws<ArgumentException>(
            () => new FactReaders<string> { { Fact.Subject, _ => FactValue.Absent }, { Fact.Subject, _ => FactValue.Absent } });

    [Fact]
    public void A_set_of_facts_holds_what_was_put_in()
    {
        var set = FactSet.Of([Fact.Virus, Fact.Helo, Fact.Subject]);
        Assert.Equal([Fact.Helo, Fact.Subject, Fact.Virus], set.ToList());
        Assert.True(set.Has(Fact.Virus));
        Assert.False(set.Has(Fact.Spf));
        Assert.Equal([Fact.Subject], set.Without(FactSet.Of([Fact.Virus, Fact.Helo, Fact.Spf])).ToList());
        Assert.Equal([Fact.Virus], set.Intersect(FactSet.Of([Fact.Virus, Fact.Spf])).ToList());
        Assert.True(set.Intersect(FactSet.Of(Fact.Spf)).IsEmpty);
        Assert.Equal(set, FactSet.Of(Fact.Helo).With(Fact.Subject).With(FactSet.Of(Fact.Virus)));
    }

    [Theory]
    [InlineData(RuleStage.Recipient, 1)]
    [InlineData(RuleStage.Header, 2)]
    [InlineData(RuleStage.Body, 3)]
    public void A_stage_has_reached_itself_and_those_in_front_of_it(RuleStage stage, int count) =>
        Assert.Equal(RuleStages.InOrder.Take(count), RuleStages.InOrder.Where(other => stage.HasReached(other)));
}
