using InboundBridge.Composing;
using InboundBridge.MailFlow.Text;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Testing;

namespace InboundBridge.Setup;

/// <summary>Writes the inline mail of a rule test as octets, so that requests are made from it as from mail that was received.</summary>
internal static class RuleTestMail
{
    /// <summary>Octets of one attachment. A test that gives a larger size means a rule's condition, not the content.</summary>
    private const int LargestAttachment = 16 * 1024 * 1024;

    public static byte[] Write(RuleTestOccasion occasion)
    {
        var facts = occasion.Facts;
        return new SampleMail
        {
            From = Text(facts, Fact.From) ?? Text(facts, Fact.Sender) ?? string.Empty,
            To = Texts(facts, Fact.To) is { Count: > 0 } to ? to : [occasion.Recipient],
            Cc = Texts(facts, Fact.Cc),
            Subject = Text(facts, Fact.Subject) ?? string.Empty,
            Text = Text(facts, Fact.Text),
            Html = Text(facts, Fact.Html),
            Fields = [.. facts.HeaderFields.Select(field => (field.Key, OneLineText.Of(field.Value)))],
            Attachments = facts.Get(Fact.Attachments) is { Shape: FactShape.Attachments } parts
                ? [.. parts.Attachments.OfType<GivenAttachment>().Select(Attachment)] : [],
            Date = facts.Get(Fact.Date) is { Shape: FactShape.Instant } date ? date.Instant : occasion.Now,
            Unique = occasion.Id,
        }.ToBytes();
    }

    /// <summary>The fact's first value; null without one.</summary>
    public static string? Text(MessageFacts facts, Fact fact) => Texts(facts, fact) is [var first, ..] ? first : null;

    private static IReadOnlyList<string> Texts(MessageFacts facts, Fact fact) => facts.Get(fact) switch
    {
        { Shape: FactShape.Text } one => [one.Text],
        { Shape: FactShape.Texts } several => several.Texts,
        _ => [],
    };

    /// <summary>What the test writes out, and as many zeros behind it as the size says.</summary>
    private static (string Name, byte[] Content, string? Type) Attachment(GivenAttachment given)
    {
        var content = new byte[Math.Max(given.Content.Length, Math.Min(given.Size, LargestAttachment))];
        given.Content.CopyTo(content);
        return (given.Name ?? "attachment", content, given.Type);
    }

}
