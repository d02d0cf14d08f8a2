using System.Text.Json.Nodes;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Facts;

namespace InboundBridge.Rules.ScriptCalls;

/// <summary>
/// The message as scripts see it where there is no webhook payload to show, as in rule tests: every member of the payload
/// (docs/payloads.md), filled as far as the facts go.
/// </summary>
internal static class ScriptMessage
{
    public static string FromFacts(MessageFacts facts, RuleRecipient recipient)
    {
        var message = new JsonObject
        {
            ["id"] = facts.Id,
            ["received_at"] = null,
            ["size"] = Number(facts.Get(Fact.Size)),
            ["sha256"] = null,
            ["config_version"] = null,
            ["rule"] = null,
            ["tags"] = new JsonArray(),
            ["vars"] = new JsonObject(),
            ["envelope"] = new JsonObject
            {
                ["sender"] = Text(facts.Get(Fact.Sender)) ?? string.Empty,
                ["recipients"] = new JsonArray(recipient.Address),
                ["helo"] = Text(facts.Get(Fact.Helo)),
                ["client_ip"] = Text(facts.Get(Fact.ClientIp)),
                ["client_name"] = Text(facts.Get(Fact.ClientName)),
                ["tls"] = Text(facts.Get(Fact.Tls)) is { } version ? new JsonObject { ["version"] = version, ["cipher"] = null } : null,
                ["user"] = Text(facts.Get(Fact.User)),
                ["smtputf8"] = false,
                ["body"] = "7BIT",
            },
            ["authentication"] = ScriptVerdicts.From(facts),
            ["authentication_results"] = null,
            ["from"] = Addresses(facts.Get(Fact.From)),
            ["to"] = Addresses(facts.Get(Fact.To)),
            ["cc"] = Addresses(facts.Get(Fact.Cc)),
            ["reply_to"] = Addresses(facts.Get(Fact.ReplyTo)),
            ["subject"] = Text(facts.Get(Fact.Subject)) ?? string.Empty,
            ["date"] = facts.Get(Fact.Date) is { Shape: FactShape.Instant } date ? JsonValue.Create(date.Instant) : null,
            ["message_id"] = Text(facts.Get(Fact.MessageId)),
            ["in_reply_to"] = null,
            ["references"] = new JsonArray(),
            ["headers"] = new JsonArray([.. facts.HeaderFields.Select(entry => new JsonArray(entry.Key, entry.Value))]),
            ["text"] = Text(facts.Get(Fact.Text)) ?? string.Empty,
            ["html"] = Text(facts.Get(Fact.Html)),
            ["kind"] = new JsonArray([.. All(facts.Get(Fact.Kind)).Select(kind => (JsonNode?)kind)]),
            ["signatures"] = ScriptVerdicts.ContentSignatures(facts),
            ["reply_text"] = Text(facts.Get(Fact.Text)),
            ["calendar"] = null,
            ["report"] = null,
            ["attachments"] = Attachments(facts.Get(Fact.Attachments)),
            ["raw_url"] = null,
            ["problems"] = new JsonArray(),
        };
        foreach (var fact in Fact.All)
        {
            if (fact.ScriptPath is { } path)
                Put(message, path, Text(facts.Get(fact)) ?? "none");
        }
        return message.ToJsonString();
    }

    private static void Put(JsonObject message, string path, string value)
    {
        var names = path.Split('.');
        foreach (var name in names[..^1])
        {
            message[name] ??= new JsonObject();
            message = (JsonObject)message[name]!;
        }
        message[names[^1]] = value;
    }

    private static JsonArray Addresses(in FactValue value) =>
        new([.. All(value).Select(address => new JsonObject { ["name"] = null, ["address"] = address })]);

    private static JsonArray Attachments(in FactValue value) => value.Shape != FactShape.Attachments
        ? []
        : new([.. value.Attachments.Select((part, index) => new JsonObject
        {
            ["index"] = index + 1, ["filename"] = part.Name, ["content_type"] = part.Type, ["size"] = part.Size,
        })]);

    private static IReadOnlyList<string> All(in FactValue value) => value.Shape switch
    {
        FactShape.Text => [value.Text],
        FactShape.Texts => value.Texts,
        _ => [],
    };

    private static string? Text(in FactValue value) => All(value) is [var first, ..] ? first : null;

    private static double? Number(in FactValue value) => value.Shape == FactShape.Number ? value.Number : null;
}
