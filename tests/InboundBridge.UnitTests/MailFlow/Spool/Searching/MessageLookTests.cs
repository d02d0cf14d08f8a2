using System.Text;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Json;
using InboundBridge.MailFlow.Spool.Searching;

namespace InboundBridge.UnitTests.MailFlow.Spool.Searching;

/// <summary>A look at the stored octets never says no to a message that the filter wants.</summary>
public class MessageLookTests
{
    private static readonly string[] Parts =
    [
        "al", "AL", "@example.org", "ann+42@", "\"odd\"@x", "<b>", "grüße", "\\", "a'b", "recipients", "client.example", "", "x y", "日本",
    ];

    [Fact]
    public void Whatever_a_filter_wants_gets_through_and_most_of_the_rest_does_not()
    {
        var passed = 0;
        foreach (var (sender, recipient, subject) in Messages())
        {
            var message = new SpooledMessage
            {
                Id = "m",
                ReceivedAt = default,
                Envelope = new MailEnvelope { Sender = sender, Recipients = [new MailRecipient(recipient)], Helo = "client.example" },
                Size = 1,
                Sha256 = "00",
                ConfigVersion = "1",
                Subject = subject,
            };
            var envelope = SpoolJson.Write(message.Envelope);
            foreach (var part in Parts)
            {
                var isWhole = string.Equals(OctetSearch.InJson(part)?.Wanted, part, StringComparison.OrdinalIgnoreCase);
                foreach (var filter in new[]
                {
                    new MessageFilter { Sender = part }, new MessageFilter { Recipient = part }, new MessageFilter { Subject = part },
                })
                {
                    var mayFit = new MessageLook(filter).MayFit(Encoding.UTF8.GetBytes(subject ?? ""), envelope);
                    Assert.True(mayFit || !filter.Matches(message), $"{filter} and {message}");
                    passed += isWhole && mayFit && !filter.Matches(message) ? 1 : 0;
                }
            }
        }
        // "recipients" and the client's name stand in the envelope of each.
        Assert.InRange(passed, 0, 2 * Messages().Count());
    }

    [Fact]
    public void A_recipient_is_not_taken_for_the_sender()
    {
        var envelope = SpoolJson.Write(
            new MailEnvelope { Sender = "al@example.org", Recipients = [new MailRecipient("ann@example.com")] });
        Assert.False(new MessageLook(new MessageFilter { Sender = "ann@" }).MayFit([], envelope));
        Assert.False(new MessageLook(new MessageFilter { Recipient = "al@" }).MayFit([], envelope));
        Assert.True(new MessageLook(new MessageFilter { Sender = "al@", Recipient = "ann@" }).MayFit([], envelope));
    }

    private static IEnumerable<(string Sender, string Recipient, string? Subject)> Messages()
    {
        foreach (var sender in new[] { "", "al@example.org", "\"odd\"@x", "Grüße@example.org" })
        {
            foreach (var subject in new[] { null, "Grüße an AL", "a'b <b> \\", "日本 recipients" })
                yield return (sender, "ann+42@example.com", subject);
        }
    }
}
