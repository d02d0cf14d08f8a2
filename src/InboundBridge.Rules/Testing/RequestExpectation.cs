using System.Globalization;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Facts;
using InboundBridge.Rules.ScriptCalls;
using InboundBridge.Yaml;

namespace InboundBridge.Rules.Testing;

/// <summary>
/// <c>request: { destination, url, headers, body, skip }</c>: what a webhook is sent, in whatever format. Only what is written is compared.
/// A list expects several requests.
/// </summary>
internal sealed class RequestExpectation(RuleSet set, RuleTestRequests? requests, SourceProblems problems)
{
    public const string Key = "request";

    public static readonly string[] Keys = ["destination", "url", "headers", "body", "skip"];

    /// <summary>Differences that are reported for one request.</summary>
    private const int MostDifferences = 8;

    public List<FailedExpectation> Failures { get; } = [];

    /// <summary>Reports what can't be an expectation, while the rules are loaded.</summary>
    public static void Read(YamlNode value, SourceProblems problems)
    {
        foreach (var item in YamlShape.Items(value))
        {
            if (YamlShape.Mapping(item, $"'{Key}'", problems) is not { } mapping)
                continue;
            YamlShape.OnlyKeys(mapping, $"key of '{Key}'", Keys, problems);
            if (mapping["headers"] is { } headers)
                YamlShape.Mapping(headers, "'headers'", problems);
            if (mapping["skip"] is { } skip)
                YamlShape.Boolean(skip, "'skip'", problems);
        }
    }

    public async ValueTask CheckAsync(
        YamlNode value, RuleTest test, MessageFacts facts, string recipient, RuleDecision decision,
        CancellationToken cancellationToken)
    {
        foreach (var expected in YamlShape.Items(value).OfType<YamlMapping>())
        {
            if (Find(expected, decision) is not { } delivery)
                continue;
            if (requests is null)
            {
                Fail(expected, "requests can't be made here");
                continue;
            }
            var verdicts = ScriptVerdicts.From(facts).ToJsonString();
            var request = await requests(new RuleTestOccasion(test, facts, recipient, decision, delivery, verdicts), cancellationToken);
            Compare(expected, request, delivery.Destination!);
        }
    }

    /// <summary>The delivery that the expectation means: the named one, or the only one that makes a request.</summary>
    private RuleDelivery? Find(YamlMapping expected, RuleDecision decision)
    {
        var sent = decision.Deliveries.Where(delivery => delivery.Destination is { } name && set.MakesRequests(name)).ToList();
        if (expected["destination"] is { } named)
        {
            var name = YamlShape.Text(named, "'destination'", problems);
            sent = [.. sent.Where(delivery => delivery.Destination == name)];
            if (sent.Count == 0)
                Fail(named, $"expected a request to '{name}', and there is none");
        }
        else if (sent.Count != 1)
        {
            Fail(expected, sent.Count == 0
                ? "expected a request, and no webhook gets the mail"
                : $"{sent.Count.ToString(CultureInfo.InvariantCulture)} webhooks get the mail: say which, with destination: NAME");
            return null;
        }
        return sent.FirstOrDefault();
    }

    private void Compare(YamlMapping expected, RuleTestRequest request, string destination)
    {
        var skips = expected["skip"] is { } skip && YamlShape.AsBoolean(skip) == true;
        if (request.Problem is { } problem)
            Fail(expected, $"no request to '{destination}' can be made: {problem}");
        else if (request.SkipReason is { } reason && !skips)
            Fail(expected, $"expected a request to '{destination}', but nothing is sent: {reason}");
        else if (request.SkipReason is null && skips)
            Fail(expected["skip"]!, $"expected that nothing is sent to '{destination}', but a request is");
        else if (request.SkipReason is null)
        {
            foreach (var (where, text) in Differences(expected, request).Take(MostDifferences))
                Fail(where, $"request to '{destination}': {text}");
        }
    }

    private static IEnumerable<(YamlNode Where, string Text)> Differences(YamlMapping expected, RuleTestRequest request)
    {
        if (expected["url"] is YamlScalar url && SubsetComparison.Difference("url", url, request.Url, request.ShownUrl) is { } other)
            yield return (url, other);
        foreach (var entry in (expected["headers"] as YamlMapping)?.Entries ?? [])
        {
            var sent = request.Headers.Where(header => header.Name.Equals(entry.Key.Value, StringComparison.OrdinalIgnoreCase)).ToList();
            var (value, shown) = sent.Count == 0
                ? ((string?)null, (string?)null)
                : (string.Join(", ", sent.Select(header => header.Value)), string.Join(", ", sent.Select(header => header.Shown)));
            if (entry.Value is not YamlScalar text)
                yield return (entry.Value, $"headers.{entry.Key.Value}: a header is a text");
            else if (SubsetComparison.Difference($"headers.{entry.Key.Value}", text, value, shown) is { } difference)
                yield return (text, difference);
        }
        if (expected["body"] is { } body)
        {
            foreach (var difference in BodyDifferences(body, request))
                yield return difference;
        }
    }

    private static IEnumerable<(YamlNode Where, string Text)> BodyDifferences(YamlNode expected, RuleTestRequest request)
    {
        if (expected is YamlScalar text)
        {
            var difference = SubsetComparison.Difference("body", text, request.Text, request.Text);
            return difference is null ? [] : [(text, difference)];
        }
        if (request.Parsed is { } parsed)
            return new SubsetComparison(request.IsForm).Differences("body", expected, parsed);
        var got = ShownText.Cut(request.Text ?? "not text");
        return [(expected, $"body: expected an object, and it is neither JSON nor a form: {got}")];
    }

    private void Fail(YamlNode where, string text) =>
        Failures.Add(new FailedExpectation(where.Position, text, []) { IsAboutRequest = true });
}
