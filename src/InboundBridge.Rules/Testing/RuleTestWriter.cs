using System.Globalization;
using System.Text;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Testing;

/// <summary>
/// Writes a mail and a decision as an entry of <c>tests</c>, which <see cref="RuleTestReader"/> reads back as the same facts.
/// </summary>
internal sealed class RuleTestWriter(RuleSet set, AskedFacts asked, RuleRecipient recipient, DateTimeOffset now)
{
    /// <summary>The name of the mail, where it is too large to be written out.</summary>
    public const string FileName = "mail.eml";

    /// <summary>Facts of the session that stand in <c>mail</c> and not in <c>given</c>.</summary>
    private static readonly Fact[] OfEnvelope = [Fact.Sender, Fact.SenderDomain, Fact.Size];

    /// <param name="isHeldBefore">A check outside of the rules holds the mail, so it expects no delivery.</param>
    public string Write(RuleDecision decision, bool isHeldBefore) => Entry(
        ["sender: " + Sender, "recipient: " + YamlQuote.Of(recipient.Address), .. OfMail()], null, Expected(decision, isHeldBefore));

    /// <summary>For a mail in a file beside the rules. It tells all that is not in the file.</summary>
    public string WriteForFile(RuleDecision decision) => Entry(
        ["sender: " + Sender, "recipient: " + YamlQuote.Of(recipient.Address), .. Id(), .. Size()], FileName, Expected(decision, false));

    private string Sender => asked.Peek(Fact.Sender) is { Shape: FactShape.Text, Text.Length: > 0 } sender
        ? YamlQuote.Of(sender.Text) : "<>";

    private string Entry(IEnumerable<string> mail, string? file, IEnumerable<string> expect)
    {
        var subject = asked.Peek(Fact.Subject) is { Shape: FactShape.Text, Text.Length: > 0 } text ? text.Text : "a mail";
        var entry = new StringBuilder();
        entry.Append(CultureInfo.InvariantCulture, $"- name: {YamlQuote.Of($"{subject}, to {recipient.Address}")}\n");
        if (file is not null)
            entry.Append(CultureInfo.InvariantCulture, $"  eml: {file}\n");
        entry.Append(CultureInfo.InvariantCulture, $"  mail: {Mapping(mail)}\n  given: {Mapping(Given())}\n  expect: {Mapping(expect)}\n");
        return entry.ToString();
    }

    private static string Mapping(IEnumerable<string> pairs) => $"{{ {string.Join(", ", pairs)} }}";

    private bool IsAsked(Fact fact) => asked.AskedForAll || asked.Facts.Contains(fact);

    private IEnumerable<string> Id() => asked.AskedForId ? [$"id: {YamlQuote.Of(asked.Id)}"] : [];

    /// <summary>What is stored of a mail has fields on top that it was not judged by.</summary>
    private IEnumerable<string> Size() => IsAsked(Fact.Size) && asked.Peek(Fact.Size) is { Shape: FactShape.Number } size
        ? [$"size: {Text(size)}"] : [];

    private IEnumerable<string> OfMail()
    {
        foreach (var pair in Id())
            yield return pair;
        foreach (var fact in Fact.All.Where(fact => fact.Source.Origin is FactOrigin.Header or FactOrigin.Content || fact == Fact.Size))
        {
            // The field that the test's mail would get from the fact must not be there where the mail has none.
            var isImplied = fact.ImpliedField is { } field && asked.Headers.Contains(field, StringComparer.OrdinalIgnoreCase);
            if (fact != Fact.Subject && !isImplied && !IsAsked(fact))
                continue;
            var value = asked.Peek(fact);
            if (value.Shape == FactShape.NotKnown || (value.Shape == FactShape.Absent && fact != Fact.From && fact != Fact.To))
                continue;
            yield return $"{fact.Key}: {Text(value)}";
        }
        var headers = Headers().ToList();
        if (headers.Count > 0)
            yield return $"headers: {Mapping(headers)}";
    }

    private IEnumerable<string> Headers()
    {
        var names = asked.Headers;
        if (asked.AskedForAll)
            names = names.Union(asked.HeaderFields.Select(field => field.Key), StringComparer.OrdinalIgnoreCase);
        foreach (var name in names)
        {
            var value = asked.PeekHeader(name);
            if (value.Shape is FactShape.Text or FactShape.Texts)
                yield return $"{YamlQuote.Of(name)}: {Text(value)}";
        }
    }

    private IEnumerable<string> Given()
    {
        yield return $"time: {YamlQuote.Of(now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))}";
        foreach (var fact in Fact.All.Where(fact => fact.Source.Origin is FactOrigin.Session or FactOrigin.Check))
        {
            if (OfEnvelope.Contains(fact) || !IsAsked(fact))
                continue;
            var value = asked.Peek(fact);
            if (value.Shape == FactShape.NotKnown || (IsUsual(fact, value) && !set.Unsupplied.ContainsKey(fact)))
                continue;
            yield return $"{fact.Key}: {Text(value)}";
        }
    }

    /// <summary>What the test's mail has where the test says nothing.</summary>
    private static bool IsUsual(Fact fact, in FactValue value)
    {
        var usual = fact.ValueUnlessAsked;
        return value.Shape == usual.Shape && (value.Shape != FactShape.Text || value.Text == usual.Text);
    }

    private static string Text(in FactValue value) => value.Shape switch
    {
        FactShape.Text => YamlQuote.Of(value.Text),
        FactShape.Texts => $"[{string.Join(", ", value.Texts.Select(YamlQuote.Of))}]",
        FactShape.Number => value.Number.ToString(CultureInfo.InvariantCulture),
        FactShape.Instant => YamlQuote.Of(value.Instant.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture)),
        FactShape.Attachments => $"[{string.Join(", ", value.Attachments.Select(Attachment))}]",
        _ => "null",
    };

    private static string Attachment(AttachmentFacts part)
    {
        var name = part.Name is { } known ? $"name: {YamlQuote.Of(known)}, " : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{{ {name}type: {YamlQuote.Of(part.Type)}, size: {part.Size}, sha256: {YamlQuote.Of(part.Sha256)} }}");
    }

    private IEnumerable<string> Expected(RuleDecision decision, bool isHeldBefore)
    {
        if (decision.Rule is { } rule)
            yield return $"rule: {YamlQuote.Of(rule)}";
        if (decision is { Refusal: null, Deliveries.Count: 0 })
            yield return "default: true";
        if (decision.Refusal is { } refusal)
            yield return refusal.Kind == RuleRefusalKind.Discard
                ? "discard: true"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Word(refusal.Kind)}: {{ code: {refusal.Code}, enhanced: {YamlQuote.Of(refusal.Enhanced)} }}");
        if (!isHeldBefore)
        {
            foreach (var kind in decision.Deliveries.Where(each => each.Destination is not null)
                .GroupBy(each => set.KindOf(each.Destination!), StringComparer.Ordinal).Where(kind => kind.Key is not null))
                yield return $"{kind.Key}: [{string.Join(", ", kind.Select(each => YamlQuote.Of(each.Destination!)))}]";
            if (decision.Deliveries.Any(each => each.HoldReason is not null))
                yield return "hold: true";
        }
        if (decision.Tags.Count > 0)
            yield return $"tags: [{string.Join(", ", decision.Tags.Select(YamlQuote.Of))}]";
        if (decision.Vars.Count > 0)
            yield return $"vars: {Mapping(decision.Vars.Select(each => $"{YamlQuote.Of(each.Key)}: {YamlQuote.Of(each.Value)}"))}";
    }

    private static string Word(RuleRefusalKind kind) => kind == RuleRefusalKind.Defer ? "defer" : "reject";
}
