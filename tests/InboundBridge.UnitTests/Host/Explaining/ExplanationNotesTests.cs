using System.Net;
using InboundBridge.Explaining;
using InboundBridge.MailFlow.Reception.Trials;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.UnitTests.Host.Explaining;

public class ExplanationNotesTests
{
    private const string HowToGive = "--client-ip";

    [Theory]
    [InlineData("127.0.0.1", true, "the client 127.0.0.1 is in smtp.trusted; give the address of a client outside (--client-ip")]
    [InlineData("127.0.0.1", false, "looked at the client 127.0.0.1; give the address of a client outside (--client-ip")]
    [InlineData(
        "127.0.0.9", false,
        "the client 127.0.0.9 is this machine, and is checked like any other client; to see what a stranger's mail would cause, give an address")]
    [InlineData("::1", false, "the client ::1 is this machine")]
    [InlineData(
        "10.1.2.3", true,
        "the client 10.1.2.3 is in smtp.trusted; to see what a stranger's mail would cause, give the address of a client outside these networks")]
    public void A_client_that_is_no_stranger_is_noted(string client, bool trusted, string note) =>
        Assert.Contains(note, Assert.Single(NotesOf(client, trusted)), StringComparison.Ordinal);

    [Fact]
    public void Nobody_who_gave_a_client_is_told_how_to_give_one()
    {
        Assert.DoesNotContain(HowToGive, Assert.Single(NotesOf("10.1.2.3", trusted: true)), StringComparison.Ordinal);
        Assert.DoesNotContain(HowToGive, Assert.Single(NotesOf("127.0.0.9", trusted: true)), StringComparison.Ordinal);
        Assert.DoesNotContain(HowToGive, Assert.Single(NotesOf("127.0.0.9", trusted: false)), StringComparison.Ordinal);
        Assert.Empty(NotesOf("10.1.2.3", trusted: false));
    }

    private static IEnumerable<string> NotesOf(string client, bool trusted) => ExplanationNotes.Of(
        new MailExplanation(
            "1",
            new TrialMail { Sender = "", Recipients = ["a@example.com"], Octets = default, ClientIp = IPAddress.Parse(client) },
            new TrialOutcome([], [], MailVerdicts.NotAsked, null, [], null, []) { ChecksSenders = true, ClientIsTrusted = trusted },
            []));
}
