using System.Globalization;
using System.Text.Json.Nodes;
using InboundBridge.Importing.Reading;
using InboundBridge.Importing.Writing;
using InboundBridge.Yaml;

namespace InboundBridge.Importing.Providers;

/// <summary>
/// A rule set of Amazon SES (<c>aws ses describe-receipt-rule-set</c>). All rules that match act, in their order, until one of them stops.
/// </summary>
internal sealed class SesImport(ExportValues values) : IProviderImport
{
    private static readonly string[] Actions =
        ["S3Action", "SNSAction", "LambdaAction", "BounceAction", "StopAction", "AddHeaderAction", "WorkmailAction", "ConnectAction"];

    private static readonly HashSet<string> Keys = new(StringComparer.Ordinal)
    {
        "Name", "Enabled", "TlsPolicy", "Recipients", "Actions", "ScanEnabled",
    };

    private static readonly HashSet<string> ActionKeys = new(StringComparer.Ordinal)
    {
        "TopicArn", "Encoding", "BucketName", "ObjectKeyPrefix", "KmsKeyArn", "IamRoleArn", "FunctionArn", "InvocationType",
        "SmtpReplyCode", "StatusCode", "Message", "Sender", "Scope", "HeaderName", "HeaderValue", "OrganizationArn", "InstanceARN",
        "IAMRoleARN",
    };

    private readonly ImportedSet _set = new(values.Problems);

    public ImportedSet Read(YamlNode root)
    {
        // describe-active-receipt-rule-set answers the same.
        var rules = values.Objects(root, "Rules").ToList();
        foreach (var entry in rules.Where(entry => values.Text(entry, "TlsPolicy")?.Value is "Require"))
            Tls(entry);
        foreach (var entry in rules)
            Rule(entry);
        return _set;
    }

    /// <summary>SES refuses mail without TLS before any rule acts.</summary>
    private void Tls(YamlMapping entry)
    {
        var rule = Matching(entry, $"{values.NeededText(entry, "Name")?.Value}: TLS is needed");
        rule.When ??= [];
        rule.When["tls"] = false;
        rule.Sample = null;
        rule.Do("reject", new JsonObject { ["code"] = 550, ["enhanced"] = "5.7.10", ["text"] = "Mail is accepted over TLS only" });
        _set.Rules.Add(rule);
    }

    private void Rule(YamlMapping entry)
    {
        var rule = Matching(entry, values.NeededText(entry, "Name")?.Value ?? string.Empty);
        if (values.Flag(entry, "ScanEnabled", otherwise: false))
            rule.Comments.Add("ScanEnabled: scanners.rspamd and scanners.clamav supply the verdicts");
        if (values.Text(entry, "TlsPolicy") is { Value: not ("Optional" or "Require") } policy)
            values.Problems.Error(policy.Position, $"there is no TlsPolicy '{TextShown.Of(policy.Value)}'", "Optional or Require");
        rule.LacksUnread(entry, Keys, "a rule");
        rule.Continue = true;
        YamlMapping? refusal = null;
        foreach (var action in values.Objects(entry, "Actions").ToList())
        {
            foreach (var part in action.Entries)
            {
                if (part.Value is not YamlMapping options)
                {
                    values.Problems.Error(
                        part.Value.Position, $"'{TextShown.Of(part.Key.Value)}' must be an object, not {ExportValues.Kind(part.Value)}");
                }
                else if (part.Key.Value == "BounceAction")
                {
                    refusal = options;
                    rule.LacksUnread(options, ActionKeys, part.Key.Value);
                }
                else
                {
                    Act(rule, part.Key, options);
                }
            }
        }
        var delivers = rule.Then.Any(action => action!.AsObject().First().Key != "add_header");
        if (refusal is not null && delivers)
            rule.Lacks("a rule can't deliver and refuse: the BounceAction is left out");
        else if (refusal is not null)
            Refuse(rule, refusal);
        else if (!rule.Continue && !delivers)
            rule.Do("discard", null);
        if (rule.Then.Count == 0)
            rule.Lacks("no rule is written for this one: it does nothing");
        _set.Rules.Add(rule);
    }

    private ImportedRule Matching(YamlMapping entry, string name)
    {
        var rule = new ImportedRule { Name = name, Enabled = values.Flag(entry, "Enabled", otherwise: false) };
        var patterns = new JsonArray();
        var shown = new List<string>();
        foreach (var recipient in values.Texts(entry, "Recipients"))
        {
            if (Pattern(recipient.Value.Trim()) is not { } found)
            {
                values.Problems.Error(
                    recipient.Position, $"'{TextShown.Of(recipient.Value)}' is no recipient", "user@example.com, example.com or .example.com");
                continue;
            }
            shown.AddRange(found);
            foreach (var pattern in found)
                patterns.Add((JsonNode?)pattern);
        }
        if (patterns.Count > 0)
            rule.When = new JsonObject { ["recipient"] = patterns.Count == 1 ? patterns[0]!.DeepClone() : patterns };
        else
            rule.Comments.Add("It has no recipients, so it takes mail for every domain.");
        rule.Selects = recipient => shown.Count == 0 || shown.Exists(pattern => IsMatch(pattern, recipient));
        if (shown.Count > 0)
            rule.Sample = shown[0].Replace("*", "anybody", StringComparison.Ordinal);
        return rule;
    }

    /// <summary>
    /// A recipient of SES as globs: an address takes its labels too, a domain no subdomains, a dot in front only subdomains.
    /// </summary>
    private string[]? Pattern(string recipient)
    {
        if (recipient.Any(letter => letter is '*' or '?' or '{' or '}' or '\\' || char.IsWhiteSpace(letter) || char.IsControl(letter)))
            return null;
        if (recipient.StartsWith('.'))
        {
            _set.AddDomainOf($"*{recipient}");
            return recipient.Length > 1 ? [$"*@*{recipient}"] : null;
        }
        var at = recipient.LastIndexOf('@');
        if (at == 0 || at == recipient.Length - 1 || recipient.Length == 0)
            return null;
        _set.AddDomainOf(recipient);
        return at < 0 ? [$"*@{recipient}"] : recipient.Contains('+', StringComparison.Ordinal) ? [recipient]
            : [recipient, $"{recipient[..at]}+*{recipient[at..]}"];
    }

    private static bool IsMatch(string pattern, string recipient)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        return star < 0 ? pattern.Equals(recipient, StringComparison.OrdinalIgnoreCase)
            : recipient.StartsWith(pattern[..star], StringComparison.OrdinalIgnoreCase)
                && recipient.EndsWith(pattern[(pattern.LastIndexOf('*') + 1)..], StringComparison.OrdinalIgnoreCase);
    }

    private void Act(ImportedRule rule, YamlScalar kind, YamlMapping options)
    {
        var topic = values.Text(options, "TopicArn")?.Value;
        rule.LacksUnread(options, ActionKeys, TextShown.Of(kind.Value));
        if (!rule.Continue)
            rule.Lacks($"{TextShown.Of(kind.Value)} stands behind a StopAction, where SES ends; here it acts all the same");
        switch (kind.Value)
        {
            case "SNSAction" when topic is not null:
                rule.Lacks("the topic's subscribers don't stand in the export; SNS signatures can't be made: docs/from-ses.md");
                if (values.Text(options, "Encoding")?.Value is "Base64")
                    rule.Lacks("Encoding: Base64: content is text where the mail is UTF-8, and action.encoding says which: docs/from-ses.md");
                rule.Do("webhook", _set.Destinations.Unknown(LastOf(topic), "ses-sns", $"the HTTPS subscription of {topic}"));
                return;
            case "S3Action" when values.NeededText(options, "BucketName") is { } bucket:
                rule.Lacks("S3 is no destination: a receiver has to store the mail, which is the body of the request");
                if (values.Text(options, "KmsKeyArn") is not null || values.Text(options, "IamRoleArn") is not null)
                    rule.Comments.Add("its key (KmsKeyArn) and role (IamRoleArn) are that receiver's to use");
                rule.Do("webhook", _set.Destinations.Unknown(
                    $"s3-{bucket.Value}", "raw",
                    $"a receiver that stores mail in {bucket.Value}/{values.Text(options, "ObjectKeyPrefix")?.Value}"));
                break;
            case "LambdaAction" when values.NeededText(options, "FunctionArn") is { } function:
                rule.Lacks("a function gets an HTTP request (by its function URL) and not SES's event; what it returns decides nothing");
                rule.Do("webhook", _set.Destinations.Unknown(LastOf(function.Value), "ses-sns", $"the function URL of {function.Value}"));
                break;
            case "StopAction":
                rule.Continue = false;
                break;
            case "AddHeaderAction" when values.NeededText(options, "HeaderName") is { } name && IsField(name):
                if (rule.Then.Count > 0 && rule.Then.Any(action => action!.AsObject().First().Key != "add_header"))
                    rule.Lacks("the field is in every delivery, also in those of actions above");
                rule.Do("add_header", new JsonObject { [name.Value] = Text(values.Text(options, "HeaderValue")?.Value ?? string.Empty) });
                return;
            case "WorkmailAction" or "ConnectAction":
                rule.Lacks($"{kind.Value} exists at Amazon only: the mail is held until somebody releases it to a destination");
                rule.Do("hold", $"{kind.Value} of SES");
                break;
            default:
                if (!Actions.Contains(kind.Value, StringComparer.Ordinal))
                {
                    values.Problems.Error(
                        kind.Position, $"there is no action '{TextShown.Of(kind.Value)}'", NearestName.Hint(kind.Value, Actions));
                }
                else if (kind.Value == "SNSAction")
                {
                    values.NeededText(options, "TopicArn");
                }
                return;
        }
        if (topic is not null)
            rule.Comments.Add($"its notification to {topic} has no equivalent");
    }

    private bool IsField(YamlScalar name)
    {
        // What SES takes: letters, digits and dashes, up to 50.
        if (name.Value.Length <= 50 && name.Value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
            return true;
        values.Problems.Error(name.Position, $"'{TextShown.Of(name.Value)}' is no name of a header field");
        return false;
    }

    private void Refuse(ImportedRule rule, YamlMapping options)
    {
        var code = values.Number(options, "SmtpReplyCode", 550);
        var reject = new JsonObject { ["code"] = code is >= 500 and <= 599 ? (int)code : 550 };
        if (values.Text(options, "StatusCode")?.Value is { } status && status.StartsWith("5.", StringComparison.Ordinal))
            reject["enhanced"] = status;
        reject["text"] = Text(values.Text(options, "Message")?.Value is { Length: > 0 } text ? text : "Mail is not accepted here");
        if (code is < 500 or > 599)
            rule.Lacks(string.Create(CultureInfo.InvariantCulture, $"{code} is no code of a permanent refusal"));
        if (values.Text(options, "TopicArn")?.Value is { } topic)
            rule.Comments.Add($"its notification to {topic} has no equivalent");
        if (rule.Continue)
            rule.Comments.Add("SES goes on to later rules after a bounce; here the refusal is the end.");
        rule.Continue = false;
        rule.Do("reject", reject);
    }

    private static string Text(string text) => ImportedRule.Literal(TextShown.Of(text));

    private static string LastOf(string arn) => arn[(arn.LastIndexOf(':') + 1)..];
}
