using InboundBridge.Configuration;
using InboundBridge.Configuration.Destinations;
using InboundBridge.Configuration.Options;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Yaml;

namespace InboundBridge.Setup;

/// <summary>Warns of what is valid and perhaps not meant. A start, a reload and <c>check</c> use it.</summary>
internal static class SetupCheck
{
    public static async Task WarnAsync(
        ApplianceOptions options, RuleSet rules, RuleEvaluator evaluator, ConfigurationOutcome outcome, SourceProblems problems,
        CancellationToken cancellationToken)
    {
        WarnOfLargeRequests(options, outcome, problems);
        if (options.Rules.Default.Kind == DefaultActionKind.Reject && rules.Rules.Count == 0)
            problems.Warn(
                outcome.PlaceOf("rules", "default"), "there are no rules, and every mail is refused that no rule decides",
                "write a rule, or set rules.default to a destination");
        await PostmasterCheck.WarnAsync(options, rules, evaluator, outcome, problems, cancellationToken);
    }

    /// <summary>Without links, large attachments make large requests, which a receiver may refuse.</summary>
    private static void WarnOfLargeRequests(ApplianceOptions options, ConfigurationOutcome outcome, SourceProblems problems)
    {
        if (options.Http.PublicUrl is not null)
            return;
        var names = options.Destinations.Where(destination => DestinationKinds.Of(destination).WantsLinks(destination))
            .Select(destination => destination.Name).ToList();
        if (names.Count > 0)
            problems.Warn(
                outcome.PlaceOf("destinations", names[0]),
                $"without http.public_url attachments can't be linked: large ones go to {string.Join(", ", names)} inside the request",
                "set http.public_url, or attachments: { otherwise: inline | omit }");
    }
}
