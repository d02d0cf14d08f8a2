using System.Globalization;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.Patterns;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Testing;

/// <summary>Reads one entry of <c>tests</c>.</summary>
internal sealed class RuleTestReader(RuleSetEnvironment environment, SourceProblems problems)
{
    public static readonly string[] Keys = ["name", "mail", "eml", "given", "expect"];
    public static readonly string[] MailKeys =
    [
        "eml", "id", "sender", "recipient", .. Told(FactOrigin.Header), "headers",
        .. new[] { "text", "html", "kind", "size", "attachments" }.Union(Told(FactOrigin.Content), StringComparer.Ordinal),
    ];

    public static readonly string[] GivenKeys = ["time", .. Fact.All.OrderBy(fact => fact.IsCondition).Select(fact => fact.Key)];

    private readonly Dictionary<Fact, FactValue> _facts = [];
    private readonly List<KeyValuePair<string, FactValue>> _headers = [];

    public static RuleTest? Read(YamlNode node, RuleSetEnvironment environment, SourceProblems problems) =>
        new RuleTestReader(environment, problems).Read(node);

    /// <summary>The facts of a <c>given</c> without a test; null, with the problems, where they can't be read.</summary>
    public static (IReadOnlyDictionary<Fact, FactValue> Facts, DateTimeOffset? Time)? ReadGiven(
        YamlNode node, RuleSetEnvironment environment, SourceProblems problems)
    {
        var reader = new RuleTestReader(environment, problems);
        var test = reader.ReadGiven(node, new RuleTest { Name = string.Empty, Position = node.Position, Id = string.Empty });
        return problems.HasErrors ? null : (reader._facts, (node as YamlMapping)?["time"] is null ? null : test.Now);
    }

    private RuleTest? Read(YamlNode node)
    {
        if (YamlShape.Mapping(node, "a test", problems) is not { } mapping)
            return null;
        YamlShape.OnlyKeys(mapping, "key of a test", Keys, problems);
        var name = mapping["name"] is { } nameNode ? YamlShape.Text(nameNode, "'name'", problems) : null;
        if (mapping["name"] is null)
            problems.Error(mapping.Position, "a test needs a name");
        var mail = mapping["mail"] is { } mailNode ? YamlShape.Mapping(mailNode, "'mail'", problems) : null;
        var eml = mapping["eml"] ?? mail?["eml"];
        if (mail is null && eml is null)
            problems.Error(mapping.Position, "a test needs a mail", "mail: { sender: …, recipient: …, subject: … } or eml: FILE");
        if (mail is not null)
            ReadMail(mail, eml is not null);
        var test = new RuleTest
        {
            Name = name ?? string.Empty,
            Position = mapping.Position,
            Eml = eml is null ? null : YamlShape.Text(eml, "'eml'", problems),
            Id = mail?["id"] is YamlScalar id ? id.Value : "test",
            Recipients = mail?["recipient"] is { } recipients ? Recipients(recipients) : [],
        };
        if (eml is null && mail is not null && test.Recipients.Count == 0)
            problems.Error(mail.Position, "the mail needs a recipient");
        test = ReadGiven(mapping["given"], test);
        if (mail?["recipient"] is { } named && !_facts.ContainsKey(Fact.User))
            WarnOfForeign(named);
        return test with { Expectations = Expectations(mapping), Facts = [.. _facts], Headers = _headers };
    }

    private IReadOnlyList<YamlEntry> Expectations(YamlMapping mapping)
    {
        if (mapping["expect"] is not { } node)
        {
            problems.Error(mapping.Position, "a test needs 'expect'", "rule, webhook, reject, tags …");
            return [];
        }
        if (YamlShape.Mapping(node, "'expect'", problems) is not { } expect)
            return [];
        YamlShape.OnlyKeys(expect, "expectation", RuleExpectations.KeysWith(environment.Kinds), problems);
        if (expect[RequestExpectation.Key] is { } request)
            RequestExpectation.Read(request, problems);
        if (expect.Entries.Count == 0)
            problems.Error(node.Position, "'expect' is empty");
        return expect.Entries;
    }

    private void ReadMail(YamlMapping mail, bool isEml)
    {
        YamlShape.OnlyKeys(mail, "key of 'mail'", MailKeys, problems);
        foreach (var (key, value) in mail.Entries.Select(entry => (entry.Key.Value, entry.Value)))
        {
            switch (key)
            {
                case "headers" when YamlShape.Mapping(value, "'headers'", problems) is { } headers:
                    _headers.AddRange(headers.Entries.Select(entry =>
                        KeyValuePair.Create(entry.Key.Value, FactValue.Of(Texts(entry.Value, "a header")))));
                    break;
                case "attachments":
                    _facts[Fact.Attachments] = InlineAttachments.Read(value, problems);
                    break;
                case "sender" when YamlShape.Text(value, "'sender'", problems) is { } sender:
                    if (sender is not ("" or "<>") && GivenAddress.Problem(sender) is { } malformed)
                        problems.Error(
                            value.Position, $"'{ShownText.Cut(sender)}' is no sender: {malformed}", "al@example.com, or <> for a bounce");
                    _facts[Fact.Sender] = FactValue.Of(sender is "<>" ? string.Empty : sender);
                    _facts[Fact.SenderDomain] = sender.LastIndexOf('@') is >= 0 and var at
                        ? FactValue.Of(sender[(at + 1)..].ToLowerInvariant()) : FactValue.Absent;
                    break;
                default:
                    if (Fact.Find(key) is { } fact)
                        _facts[fact] = Value(value, fact);
                    break;
            }
        }
        if (!isEml)
            FillIn(mail);
    }

    /// <summary>An inline mail has the header fields and the size that its parts imply.</summary>
    private void FillIn(YamlMapping mail)
    {
        _facts.TryAdd(Fact.Sender, FactValue.Of(string.Empty));
        if (mail["from"] is null && _facts[Fact.Sender] is { Shape: FactShape.Text, Text.Length: > 0 } sender)
            _facts[Fact.From] = sender;
        if (mail["to"] is null && mail["recipient"] is { } recipient)
            _facts[Fact.To] = FactValue.Of(Texts(recipient, "'recipient'"));
        _facts.TryAdd(Fact.Attachments, FactValue.Of(Array.Empty<AttachmentFacts>()));
        var octets = 500 + Length(Fact.Text) + Length(Fact.Html) + _facts[Fact.Attachments].Attachments.Sum(part => part.Size);
        _facts.TryAdd(Fact.Size, FactValue.Of(octets));
        foreach (var fact in Fact.All)
        {
            if (fact.ImpliedField is { } name && _facts.TryGetValue(fact, out var value)
                && !_headers.Exists(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)))
                _headers.Add(KeyValuePair.Create(name, value));
        }
    }

    private static IEnumerable<string> Told(FactOrigin origin) =>
        Fact.All.Where(fact => fact.Source.Origin == origin).Select(fact => fact.Key);

    private double Length(Fact fact) => _facts.TryGetValue(fact, out var value) && value.Shape == FactShape.Text ? value.Text.Length : 0;

    private RuleTest ReadGiven(YamlNode? node, RuleTest test)
    {
        if (node is null || YamlShape.Mapping(node, "'given'", problems) is not { } given)
            return test;
        YamlShape.OnlyKeys(given, "given fact", GivenKeys, problems);
        foreach (var (key, value) in given.Entries.Select(entry => (entry.Key.Value, entry.Value)))
        {
            switch (key)
            {
                case "time" when YamlShape.Text(value, "'time'", problems) is { } text:
                    if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var now))
                        test = test with { Now = now };
                    else
                        problems.Error(value.Position, $"'{text}' is not a time", "as in 2026-01-31T09:30:00+01:00");
                    break;
                default:
                    if (Fact.Find(key) is { } fact)
                        _facts[fact] = Value(value, fact);
                    break;
            }
        }
        AddImplied(given);
        GivenContradictions.Report(given, _facts, environment, problems);
        return test;
    }

    /// <summary>A domain whose signature passed is there only where DKIM passes.</summary>
    private void AddImplied(YamlMapping given)
    {
        foreach (var fact in _facts.Keys.Where(fact => fact.Implies is not null && _facts[fact].Shape != FactShape.Absent).ToList())
        {
            var (implied, value) = fact.Implies!.Value;
            if (_facts.TryAdd(implied, FactValue.Of(value)) || (_facts[implied] is { Shape: FactShape.Text } said && said.Text == value))
                continue;
            problems.Error((given[implied.Key] ?? given).Position, $"where '{fact}' has a value, '{implied}' is '{value}'",
                "leave out one of the two");
        }
    }

    private FactValue Value(YamlNode node, Fact fact)
    {
        if (node is YamlScalar { IsNull: true })
            return fact.ValueUnlessAsked;
        if (fact.IsSwitch && YamlShape.AsBoolean(node) is { } there)
            return there ? FactValue.Of(fact.ValueOfTrue) : FactValue.Absent;
        switch (fact.Type)
        {
            case FactType.Number when YamlShape.Text(node, $"'{fact}'", problems) is { } text:
                if (Quantity.TryParse(text, out var number) && (number >= 0 || fact != Fact.Size))
                    return FactValue.Of(number);
                problems.Error(node.Position, $"'{ShownText.Cut(text)}' is not a {(fact == Fact.Size ? "size" : "number")}");
                return FactValue.Absent;
            case FactType.Instant when YamlShape.Text(node, $"'{fact}'", problems) is { } text:
                if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
                    return FactValue.Of(instant);
                problems.Error(node.Position, $"'{text}' is not a date");
                return FactValue.Absent;
            default:
                foreach (var item in YamlShape.Items(node))
                    GivenWords.Check(item, fact, environment, problems);
                var texts = Texts(node, $"'{fact}'");
                return texts.Count == 1 ? FactValue.Of(texts[0]) : FactValue.Of(texts);
        }
    }

    /// <summary>Only our users may write to other domains.</summary>
    private void WarnOfForeign(YamlNode node)
    {
        foreach (var item in YamlShape.Items(node).OfType<YamlScalar>())
        {
            if (item.Value.LastIndexOf('@') is >= 0 and var at && GivenAddress.Problem(item.Value) is null
                && !environment.Accepts(item.Value[(at + 1)..]))
                problems.Warn(item.Position, $"no mail is accepted for '{ShownText.Cut(item.Value)}', so this tests nothing",
                    NearestName.Hint(item.Value[(at + 1)..], [.. environment.Domains]));
        }
    }

    private List<string> Recipients(YamlNode node)
    {
        foreach (var item in YamlShape.Items(node).OfType<YamlScalar>().Where(item => !item.IsNull))
        {
            if (GivenAddress.Problem(item.Value) is { } malformed)
                problems.Error(item.Position, $"'{ShownText.Cut(item.Value)}' is no recipient: {malformed}", "ann@example.com");
        }
        return Texts(node, "'recipient'");
    }

    private List<string> Texts(YamlNode node, string what) =>
        YamlShape.Items(node).Select(item => YamlShape.Text(item, what, problems)).OfType<string>().ToList();
}
