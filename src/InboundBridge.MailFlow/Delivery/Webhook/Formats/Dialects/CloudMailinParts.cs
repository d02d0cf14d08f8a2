using System.Globalization;
using System.Text.Json.Nodes;
using InboundBridge.MailFlow.Delivery.Webhook.Composing;
using InboundBridge.MailFlow.Delivery.Webhook.Forms;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.Delivery.Webhook.Formats.Dialects;

/// <summary>
/// The parts that CloudMailin's three formats share. The multipart formats flatten the JSON: <c>envelope[recipients][0]</c>.
/// </summary>
internal static class CloudMailinParts
{
    /// <summary>
    /// CloudMailin calls the receiver inside the SMTP transaction. Every 4xx, 429 included, is a permanent refusal (554 to the sender), and
    /// everything else but 2xx is temporary. CloudMailin follows up to three redirects; we follow none.
    /// </summary>
    public static FormatDefaults Defaults { get; } = new()
    {
        Statuses = new() { OtherClientErrors = WebhookStatusMeaning.Reject },
        ShowsSpam = true,
    };

    public static JsonObject Envelope(WebhookMail mail)
    {
        var envelope = mail.Message.Envelope;
        var verdicts = mail.Verdicts;
        var parts = new JsonObject
        {
            ["to"] = mail.Recipient,
            ["recipients"] = new JsonArray([.. mail.Recipients.Select(recipient => JsonValue.Create(recipient))]),
            ["from"] = envelope.Sender,
            ["helo_domain"] = envelope.Helo,
            ["remote_ip"] = envelope.ClientIp,
            ["tls"] = envelope.TlsVersion is not null,
        };
        if (verdicts.Spf.WasAsked)
            parts["spf"] = new JsonObject { ["result"] = verdicts.Spf.Result.Word(), ["domain"] = verdicts.Spf.Domain };
        if (verdicts.Dkim.Count > 0)
            parts["dkim"] = new JsonObject
            {
                ["success"] = verdicts.Dkim.All(signature => IsCompleted(signature.Result)),
                ["result"] = Signatures(verdicts),
            };
        if (verdicts.Spam is { } spam)
            parts["spamd"] = Spam(spam);
        if (verdicts.Dmarc.WasAsked)
            parts["dmarc"] = Dmarc(verdicts);
        return parts;
    }

    /// <summary>Names such as <c>message_id</c>; a name that occurs more than once has an array.</summary>
    public static JsonObject Headers(WebhookMail mail)
    {
        var headers = new JsonObject();
        foreach (var field in mail.Mime.Headers.GroupBy(field => field.Name.ToLowerInvariant().Replace('-', '_'), StringComparer.Ordinal))
        {
            var values = field.Select(occurrence => (JsonNode)JsonValue.Create(occurrence.Value)).ToArray();
            headers[field.Key] = values.Length == 1 ? values[0] : new JsonArray(values);
        }
        return headers;
    }

    /// <summary>Writes the leaves of a tree as fields; null becomes an empty field.</summary>
    public static void Flatten(IFormBody form, string name, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject parts:
                foreach (var (key, value) in parts)
                    Flatten(form, $"{name}[{key}]", value);
                break;
            case JsonArray items:
                for (var index = 0; index < items.Count; index++)
                    Flatten(form, string.Create(CultureInfo.InvariantCulture, $"{name}[{index}]"), items[index]);
                break;
            default:
                form.Field(name, node?.ToString() ?? string.Empty);
                break;
        }
    }

    private static JsonObject Spam(SpamVerdict spam) => new()
    {
        ["score"] = spam.Score.ToString("0.0##", CultureInfo.InvariantCulture),
        ["success"] = true,
        ["symbols"] = new JsonArray([.. spam.Symbols.Keys.Select(symbol => JsonValue.Create(symbol))]),
        ["description"] = SpamReport.Of(spam),
    };

    private static JsonObject Dmarc(MailVerdicts verdicts)
    {
        var dmarc = verdicts.Dmarc;
        string Aligned(string method) => dmarc.Alignment.Contains(method, StringComparer.Ordinal) ? "pass" : "fail";
        return new()
        {
            ["success"] = IsCompleted(dmarc.Result),
            ["result"] = dmarc.Result.Word(),
            ["details"] = new JsonObject
            {
                ["domain"] = dmarc.Domain,
                ["policy"] = dmarc.Policy,
                ["spf_result"] = verdicts.Spf.Result.Word(),
                ["dmarc_spf_result"] = Aligned("spf"),
                ["dmarc_dkim_result"] = Aligned("dkim"),
                ["dkim_results"] = Signatures(verdicts),
            },
        };
    }

    /// <summary>CloudMailin says in <c>success</c> whether a check came to an end, not what it found.</summary>
    private static bool IsCompleted(CheckResult result) => result is not (CheckResult.TempError or CheckResult.PermError);

    private static JsonArray Signatures(MailVerdicts verdicts) =>
    [
        .. verdicts.Dkim.Select(signature => new JsonObject
        {
            ["result"] = SignatureWord(signature.Result),
            ["domain"] = signature.Domain,
            ["selector"] = signature.Selector,
        }),
    ];

    /// <summary>CloudMailin knows five results of signatures. The rest are neither for nor against the signer.</summary>
    private static string SignatureWord(CheckResult result) => result switch
    {
        CheckResult.Pass or CheckResult.Fail or CheckResult.TempError or CheckResult.PermError => result.Word(),
        _ => "neutral",
    };
}
