using System.Text;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Reception.Facts;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Rules.Facts;

namespace InboundBridge.UnitTests.MailFlow.Reception.Facts;

public class SpooledMailFactsTests
{
    private const string Received = "Received: from us\r\n\tby them; now\r\n";

    private const string Mail = "Received: from elsewhere\r\nSubject: s\r\n\r\ntext\r\n";

    /// <summary>Rules are asked again about a stored mail, and its size must be the one that they judged when it came.</summary>
    [Theory]
    [InlineData("", 0)]
    [InlineData(Received, 0)]
    [InlineData(Received, 34)]
    [InlineData("X-First: 1\r\n" + Received, 46)]
    public void The_size_is_that_of_the_octets_as_received(string prelude, int preludeLength)
    {
        var content = MailContent.FromMemory(Encoding.ASCII.GetBytes(prelude + Mail), preludeLength);
        var message = new SpooledMessage
        {
            Id = "m",
            ReceivedAt = default,
            Envelope = new MailEnvelope { Sender = "", Recipients = [] },
            Size = content.Length,
            PreludeLength = content.PreludeLength,
            Sha256 = "",
            ConfigVersion = "",
        };
        // A mail of an earlier version has no prelude, and its octets begin with our Received field.
        var expected = prelude.Length == 0 ? Mail.Length - "Received: from elsewhere\r\n".Length : Mail.Length;
        Assert.Equal($"{expected}", FactText.Describe(new SpooledMailFacts(message, ParsedMail.Open(content)).Get(Fact.Size)));
    }
}
