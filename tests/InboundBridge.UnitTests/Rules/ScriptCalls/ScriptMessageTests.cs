using System.Text.Json.Nodes;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.ScriptCalls;

namespace InboundBridge.UnitTests.Rules.ScriptCalls;

/// <summary>The message that scripts see in a rule test has everything that the test gives.</summary>
public class ScriptMessageTests
{
    /// <summary>The payload has no member for them, so that scripts of live mail don't see them either.</summary>
    private static readonly Fact[] NotInPayloads = [Fact.ClientCertificate, Fact.Listener, Fact.ListId];

    public static TheoryData<string> Keys => [.. Fact.All.Except(NotInPayloads).Select(fact => fact.Key)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_given_fact_is_in_the_message(string key)
    {
        var fact = Fact.Find(key)!;
        var given = new GivenFacts("x") { [fact] = Sample(fact) };
        Assert.False(JsonNode.DeepEquals(Json(new GivenFacts("x")), Json(given)), $"{key} is not in the message");
    }

    [Fact]
    public void Domains_of_signatures_and_lists_of_clients_stand_where_payloads_have_them()
    {
        var given = new GivenFacts("x")
        {
            [Fact.Dkim] = FactValue.Of("pass"),
            [Fact.DkimDomain] = FactValue.Of(["a.example", "b.example"]),
            [Fact.Dnsbl] = FactValue.Of("bl.example"),
            [Fact.Dnswl] = FactValue.Of("wl.example"),
        };
        given.SetHeader("X-Loop", FactValue.Of(["1", "2"]));
        var message = Json(given);
        var authentication = message["authentication"]!;
        Assert.Equal(
            ["pass a.example", "pass b.example"], authentication["dkim"]!.AsArray().Select(each => $"{each!["result"]} {each["domain"]}"));
        Assert.Equal(
            ["bl.example ", "wl.example true"], authentication["dnsbl"]!.AsArray().Select(each => $"{each!["zone"]} {each["allow"]}"));
        Assert.Equal("""[["X-Loop","1"],["X-Loop","2"]]""", message["headers"]!.ToJsonString());
    }

    private static JsonObject Json(MessageFacts facts) =>
        JsonNode.Parse(ScriptMessage.FromFacts(facts, new RuleRecipient("ann@example.com")))!.AsObject();

    private static FactValue Sample(Fact fact) => fact.Type switch
    {
        FactType.Number => FactValue.Of(4711),
        FactType.Instant => FactValue.Of(RuleFixture.Now),
        FactType.Attachments => FactValue.Of([new GivenAttachment("a.txt", "text/plain", 1, "00")]),
        _ => FactValue.Of(fact.Values?.First(word => word != "none") ?? "x.example"),
    };
}
