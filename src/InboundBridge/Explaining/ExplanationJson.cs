using System.Text;
using System.Text.Json.Nodes;
using InboundBridge.MailFlow.Delivery.SmtpRelay;
using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Reception.Enforcement;
using InboundBridge.MailFlow.Reception.Trials;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Explaining;
using InboundBridge.Rules.Facts;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Explaining;

/// <summary>The explanation as JSON (docs/api.md). Every key is always present.</summary>
/// <param name="hide">Masks the configuration's secrets in a text; null for the operator's own terminal.</param>
/// <param name="showsCredentials">Shows the credentials of requests. Secrets among the options of a rule are never shown.</param>
internal sealed class ExplanationJson(Func<string, string>? hide = null, bool showsCredentials = false)
{
    private readonly Func<string, string> _hide = hide ?? (text => text);

    public JsonObject Of(MailExplanation explanation) => new()
    {
        ["config_version"] = explanation.ConfigVersion,
        ["envelope"] = new JsonObject
        {
            ["sender"] = explanation.Mail.Sender,
            ["recipients"] = Texts(explanation.Mail.Recipients),
            ["client_ip"] = explanation.Mail.ClientIp.ToString(),
            ["helo"] = explanation.Mail.Helo,
            ["size"] = explanation.Mail.Octets.Length,
        },
        ["replies"] = List(explanation.Outcome.Replies, Reply),
        ["authentication"] = JsonNode.Parse(VerdictsJson.Write(explanation.Outcome.Verdicts)),
        ["notes"] = Texts(ExplanationNotes.Of(explanation).Concat(ExplanationNotes.OfPlan(explanation))),
        ["recipients"] = List(explanation.Outcome.Recipients, Recipient),
        ["plan"] = List(explanation.Plan, Delivery),
        ["faults"] = Texts(explanation.Outcome.Faults),
    };

    private static JsonObject Reply(TrialReply reply) => new()
    {
        ["stage"] = reply.Stage,
        ["command"] = reply.Command.Length == 0 ? null : reply.Command,
        ["code"] = reply.Code,
        ["enhanced"] = reply.Enhanced,
        ["text"] = reply.Text,
        ["reason"] = reply.Reason,
    };

    private static JsonObject Recipient(TrialRecipient recipient)
    {
        var (explanation, decision) = (recipient.Explanation, recipient.Explanation?.Decision);
        return new JsonObject
        {
            ["recipient"] = recipient.Address,
            ["fate"] = Word(recipient.Fate),
            ["decided_by"] = Word(recipient.DecidedBy),
            ["check"] = recipient.Check,
            ["rule"] = decision?.Rule,
            ["stage"] = decision is { IsCertain: true } ? Word(explanation!.Stage) : null,
            ["missing"] = List(decision?.MissingFacts ?? [], fact => JsonValue.Create(fact.Key)),
            ["refusal"] = decision?.Refusal is { } refusal ? Refusal(refusal) : recipient.Refusal is { } reply ? Refusal(reply) : null,
            ["greylisting"] = recipient.Greylisting is { } greylisting ? Greylisting(greylisting) : null,
            ["tags"] = Texts(decision?.Tags ?? []),
            ["vars"] = new JsonObject((decision?.Vars ?? new Dictionary<string, string>(StringComparer.Ordinal))
                .Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value))),
            ["header_edits"] = List(decision?.HeaderEdits ?? [], edit => new JsonObject { ["name"] = edit.Name, ["value"] = edit.Value }),
            ["errors"] = List(decision?.Errors ?? [], error => new JsonObject { ["rule"] = error.Rule, ["text"] = error.Text }),
            ["script_log"] = Texts(decision?.ScriptLog ?? []),
            ["rules"] = List(explanation?.Rules ?? [], Rule),
        };
    }

    private static JsonObject Refusal(RuleRefusal refusal) => new()
    {
        ["kind"] = Word(refusal.Kind),
        ["code"] = refusal.Code,
        ["enhanced"] = refusal.Enhanced,
        ["text"] = refusal.Text,
    };

    private static JsonObject Refusal(SmtpReply reply) => new()
    {
        ["kind"] = reply.IsTransientFailure ? "defer" : "reject",
        ["code"] = reply.Code,
        ["enhanced"] = reply.Enhanced?.ToString(),
        ["text"] = reply.Text,
    };

    private static JsonObject Greylisting(GreylistForecast forecast) => new()
    {
        ["result"] = Word(forecast.Chance),
        ["reply"] = forecast.Reply is { } reply ? Refusal(reply) : null,
    };

    private static JsonObject Rule(ExplainedRule rule) => new()
    {
        ["name"] = rule.Name,
        ["position"] = rule.Position.ToString(),
        ["outcome"] = Word(rule.Outcome),
        ["when"] = Condition(rule.When),
        ["actions"] = Texts(rule.Actions),
    };

    private static JsonObject Condition(ExplainedCondition condition) => new()
    {
        ["condition"] = condition.Label,
        ["pattern"] = condition.Pattern,
        ["actual"] = condition.Actual,
        ["answer"] = condition.Answer is { } answer ? Word(answer) : "skipped",
        ["children"] = List(condition.Children, Condition),
    };

    private JsonObject Delivery(PlannedDelivery planned) => new()
    {
        ["kind"] = planned.Kind,
        ["destination"] = planned.Delivery.Destination.Length == 0 ? null : planned.Delivery.Destination,
        ["recipients"] = List(planned.Delivery.Recipients, Addressee),
        ["rule"] = planned.Delivery.Rule,
        ["on_demand"] = planned.OnDemand,
        ["options"] = planned.Delivery.OptionsJson is { } options ? JsonNode.Parse(_hide(ShownOptions.Of(options))) : null,
        ["hold_reason"] = planned.Delivery.HoldReason,
        ["relay"] = planned.Relay is { } relay ? Relay(relay) : null,
        ["request"] = planned.Request is { } request ? Request(showsCredentials ? request : request.WithoutCredentials()) : null,
    };

    private static JsonObject Relay(RelayPreview relay) => new()
    {
        ["sender"] = relay.Sender,
        ["rewritten"] = relay.IsRewritten,
        ["signatures"] = List(relay.Signatures, signature => new JsonObject
        {
            ["kind"] = signature.Kind,
            ["domain"] = signature.Domain,
            ["selector"] = signature.Selector,
            ["omitted"] = signature.Omitted,
        }),
    };

    private static JsonObject Addressee(MailRecipient recipient) =>
        new() { ["address"] = recipient.Address, ["original"] = recipient.Original };

    private JsonObject Request(WebhookPreview request) => new()
    {
        ["problem"] = request.Problem is { } problem ? _hide(problem) : null,
        ["skipped"] = request.SkipReason,
        ["method"] = request.Method,
        ["url"] = request.Url is { } url ? _hide(url) : null,
        ["headers"] = List(request.Headers, header => new JsonArray(header.Key, _hide(header.Value))),
        ["body"] = Body(request.Body.Span, out var text) ? text : null,
        ["body_base64"] = text is null ? Convert.ToBase64String(request.Body.Span) : null,
    };

    private static bool Body(ReadOnlySpan<byte> octets, out string? text)
    {
        text = System.Text.Unicode.Utf8.IsValid(octets) ? Encoding.UTF8.GetString(octets) : null;
        return text is not null;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode?)text)];

    private static JsonArray List<T>(IEnumerable<T> items, Func<T, JsonNode?> shape) => [.. items.Select(shape)];

    /// <summary>The value in snake case, as <c>other_recipient</c>.</summary>
    internal static string Word<T>(T value)
        where T : struct, Enum =>
        System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
