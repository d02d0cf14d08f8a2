namespace InboundBridge.UnitTests.Host.Configuration;

/// <summary>Whoever hears the notices has to be a webhook with a fixed URL.</summary>
public class NotifyChecksTests
{
    private const string Destinations = """
        domains: [example.com]
        destinations:
          ops: { webhook: { url: "https://ops.example.com/" } }
          each: { webhook: { url: "https://app.example.com/{id}" } }
          out: { relay: { host: smtp.example.net } }

        """;

    [Theory]
    [InlineData("notify: { webhook: op }", "there is no destination 'op' (did you mean 'ops'?)")]
    [InlineData("notify: { webhook: out }", "'out' is of kind relay, and notices go to a webhook")]
    [InlineData("notify: { webhook: each }", "the URL of 'each' is made from each mail")]
    [InlineData("notify: { events: [disk] }", "'webhook' is missing")]
    [InlineData("notify: { webhook: ops, events: [disc] }", "did you mean 'disk'?")]
    [InlineData("notify: { webhook: ops, event: [disk] }", "unknown key 'event' (did you mean 'events'?)")]
    public void A_mistake_is_named(string notify, string problem)
    {
        var outcome = new ConfigurationCase().Read(Destinations + notify);
        Assert.Contains(outcome.Problems.Items, found => found.ToString().Contains(problem, StringComparison.Ordinal));
        Assert.True(outcome.Problems.HasErrors);
    }

    [Fact]
    public void All_events_are_told_unless_some_are_named()
    {
        Assert.Equal(5, ConfigurationCase.OptionsOf(Destinations + "notify: { webhook: ops }").Notify!.Events.Count);
        Assert.Single(ConfigurationCase.OptionsOf(Destinations + "notify: { webhook: ops, events: [disk, disk] }").Notify!.Events);
    }
}
