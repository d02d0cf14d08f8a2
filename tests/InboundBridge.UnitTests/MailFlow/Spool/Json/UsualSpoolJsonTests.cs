using System.Text;
using System.Text.Json;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Json;

namespace InboundBridge.UnitTests.MailFlow.Spool.Json;

/// <summary>The quick way of writing a row's JSON writes the same octets as the general one.</summary>
public class UsualSpoolJsonTests
{
    private static readonly string[] Texts =
    [
        "", "mx.example.com", "Zoë <z@example.org>", "\"quoted\\\"", "line\r\nbreak\0", "𝔘nicode \u202e", "</script>&'+", "\ud800 half",
    ];

    [Fact]
    public void Envelope_is_written_with_the_same_octets()
    {
        foreach (var text in Texts)
        {
            foreach (var isSet in new[] { false, true })
            {
                var envelope = Envelope(text, isSet);
                Assert.True(UsualSpoolJson.CanWrite(envelope.Recipients));
                var general = JsonSerializer.SerializeToUtf8Bytes(envelope, SpoolJson.Default.MailEnvelope);
                Assert.Equal(Encoding.UTF8.GetString(general), Encoding.UTF8.GetString(UsualSpoolJson.Write(envelope)));
                Assert.Equal(general, SpoolJson.Write(envelope));
            }
        }
    }

    [Fact]
    public void Recipients_are_written_with_the_same_octets()
    {
        foreach (var text in Texts)
        {
            MailRecipient[] recipients =
            [
                new("a@example.com"),
                new(text, "original@example.com") { OriginalRecipient = text, Reply = new DeliveryReply(550, "5.1.1", text, text) },
                new(text) { Reply = DeliveryReply.FromText(text) },
            ];
            var general = JsonSerializer.SerializeToUtf8Bytes(recipients, SpoolJson.Default.IReadOnlyListMailRecipient);
            Assert.Equal(general, UsualSpoolJson.Write(recipients));
            Assert.Equal(general, SpoolJson.Write(recipients));
        }
    }

    [Theory]
    [InlineData(RecipientNotify.Never, "NEVER")]
    [InlineData(RecipientNotify.Success | RecipientNotify.Delay, "SUCCESS,DELAY")]
    public void Notify_is_written_as_words(RecipientNotify notify, string words)
    {
        MailRecipient[] recipients = [new("a@example.com"), new("b@example.com") { Notify = notify }];
        Assert.False(UsualSpoolJson.CanWrite(recipients));
        Assert.Contains($"\"notify\":\"{words}\"", Encoding.UTF8.GetString(SpoolJson.Write(recipients)), StringComparison.Ordinal);
        Assert.Equal(notify, SpoolJson.ReadRecipients(SpoolJson.Write(recipients))[1].Notify);
        var envelope = Envelope("x", isSet: true) with { Recipients = recipients };
        Assert.Equal(notify, SpoolJson.ReadEnvelope(SpoolJson.Write(envelope)).Recipients[1].Notify);
    }

    private static MailEnvelope Envelope(string text, bool isSet)
    {
        var plain = new MailEnvelope
        {
            Sender = text,
            Recipients = [new MailRecipient("a@example.com"), new MailRecipient(text, "b@c.example")],
        };
        return !isSet ? plain : plain with
        {
            Helo = text,
            ClientIp = "2001:db8::1",
            ClientName = text,
            TlsVersion = "TLSv1.3",
            TlsCipher = text,
            ClientCertificate = text,
            User = text,
            SmtpUtf8 = true,
            Body = "8BITMIME",
            DsnReturn = "HDRS",
            DsnEnvelopeId = text,
            RequireTls = true,
            Listener = text,
            Trusted = true,
            Trace = text,
            Refusals =
            [
                new SessionRefusal("RCPT", text, 550, null, text, text, null),
                new SessionRefusal("DATA", null, 450, "4.2.0", text, null, text),
            ],
            MoreRefusals = 7,
        };
    }
}
