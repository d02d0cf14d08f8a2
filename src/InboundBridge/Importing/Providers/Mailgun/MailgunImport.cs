using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using InboundBridge.Importing.Reading;
using InboundBridge.Importing.Writing;
using InboundBridge.Yaml;

namespace InboundBridge.Importing.Providers.Mailgun;

/// <summary>
/// Mailgun's routes (<c>GET /v3/routes</c>). Those with a lower priority number act first. All that match act, unless one of them says
/// <c>stop()</c>.
/// </summary>
internal sealed partial class MailgunImport(ExportValues values) : IProviderImport
{
    private const string Key = "secret: ${MAILGUN_SIGNING_KEY}   # the HTTP webhook signing key of the account: receivers verify as before";

    private static readonly HashSet<string> Keys = new(StringComparer.Ordinal)
    {
        "id", "description", "created_at", "actions", "priority", "expression",
    };

    private readonly ImportedSet _set = new(values.Problems);

    public ImportedSet Read(YamlNode root)
    {
        var entries = values.Objects(root, "items").ToList();
        if (values.TotalOf(ExportValues.Answers(root, "items")) is var total && total > entries.Count)
            _set.Notes.Add($"NOT COMPLETE: the account has {total} routes, and the file {entries.Count}: export with ?limit=1000&skip=0.");
        var routes = entries
            .Select(entry => (Entry: entry, Priority: values.Number(entry, "priority", 0), At: Created(entry)))
            .OrderBy(route => route.Priority).ThenBy(route => route.At).Select(route => Route(route.Entry)).OfType<Routed>().ToList();
        var mayHaveMatched = false;
        var hasCatchAll = routes.Exists(route => route.Filter.Tree().Any(part => part is MailgunFilter.CatchAll));
        foreach (var route in routes)
        {
            var rule = Rule(route, mayHaveMatched);
            _set.Rules.Add(rule);
            if (!rule.Continue || !hasCatchAll)
                continue;
            mayHaveMatched = true;
            rule.Then.Insert(0, new JsonObject { ["tag"] = MailgunConditions.Tag });
        }
        if (mayHaveMatched)
            _set.Notes.Add($"The tag {MailgunConditions.Tag} marks mail of routes without stop(), so that catch_all() leaves it alone.");
        return _set;
    }

    private DateTimeOffset Created(YamlMapping entry) =>
        values.Text(entry, "created_at")?.Value.Replace("UTC", "GMT", StringComparison.Ordinal) is { } at
        && DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time : DateTimeOffset.MinValue;

    private Routed? Route(YamlMapping entry)
    {
        var expression = values.NeededText(entry, "expression");
        var actions = new List<MailgunAction>();
        try
        {
            foreach (var action in values.Texts(entry, "actions"))
                actions.AddRange(MailgunAction.Read(action));
            return expression is null ? null : new Routed(entry, expression, MailgunExpression.Read(expression), actions);
        }
        catch (ExportFault fault)
        {
            values.Problems.Error(fault.Position, fault.Message);
            return null;
        }
    }

    private ImportedRule Rule(Routed route, bool othersMayHaveMatched)
    {
        var used = route.Actions.Select(action => (action as MailgunAction.Forward)?.Target ?? (action as MailgunAction.Store)?.Notify)
            .OfType<string>().SelectMany(MailgunCaptures.Used).ToHashSet(StringComparer.Ordinal);
        var conditions = new MailgunConditions(route.Filter, used, othersMayHaveMatched);
        var description = values.Text(route.Entry, "description")?.Value;
        var rule = new ImportedRule { Name = string.IsNullOrWhiteSpace(description) ? route.Expression.Value : description };
        var actions = string.Join(", ", values.Texts(route.Entry, "actions").Select(action => action.Value));
        rule.Comments.Add($"{route.Expression.Value} -> {actions}");
        rule.LacksUnread(route.Entry, Keys, "a route");
        foreach (var domain in conditions.Domains)
            _set.AddDomainOf(domain);
        if (conditions.Problem is { } problem)
        {
            rule.Lacks($"no rule is written for this route: {problem}");
            return rule;
        }
        rule.When = conditions.Write();
        foreach (var name in Unused(conditions.Groups, used))
            rule.Comments.Add($"no action uses the group '{TextShown.Of(name)}' of the expression, so the rule captures nothing by that name");
        if (!conditions.Domains.Any())
            rule.Comments.Add("It names no domain: every domain of the account for which it is meant belongs into domains.");
        (rule.Selects, rule.Sample) = (conditions.Selects(), conditions.Sample);
        Act(rule, route, conditions.Groups);
        return rule;
    }

    private static IEnumerable<string> Unused(IReadOnlyList<string?> groups, HashSet<string> used) => groups
        .Where((name, place) => name is not null && !used.Contains(name)
            && !used.Contains((place + 1).ToString(CultureInfo.InvariantCulture)))
        .OfType<string>();

    private void Act(ImportedRule rule, Routed route, IReadOnlyList<string?> groups)
    {
        foreach (var action in route.Actions)
        {
            switch (action)
            {
                case MailgunAction.Forward { Target: var target } when target.Contains("://", StringComparison.Ordinal):
                    Webhook(rule, target, action.Position, groups);
                    break;
                case MailgunAction.Forward { Target: var target }:
                    Forward(rule, target, action.Position, groups);
                    break;
                case MailgunAction.Store { Notify: { } notify }:
                    rule.Lacks("store(notify) sends links to a stored mail; here the receiver gets the mail itself, in the format of forward()");
                    Webhook(rule, notify, action.Position, groups);
                    break;
            }
        }
        var stops = route.Actions.Exists(action => action is MailgunAction.Stop);
        var stores = route.Actions.Exists(action => action is MailgunAction.Store { Notify: null });
        if (stores && rule.Then.Count > 0)
        {
            rule.Comments.Add("store(): every delivered mail can be fetched by the API for spool.retain.delivered");
        }
        else if (stores)
        {
            rule.Lacks("store(): the mail is held, and an operator or the API releases or deletes it");
            rule.Do("hold", "stored by a route");
        }
        // A route that only stops drops its mail.
        if (stops && rule.Then.Count == 0)
            rule.Do("discard", null);
        rule.Continue = !stops && rule.Then.Count > 0;
        if (rule.Then.Count == 0)
            rule.Lacks("no rule is written for this route: it does nothing");
    }

    private void Forward(ImportedRule rule, string target, SourcePosition position, IReadOnlyList<string?> groups)
    {
        var address = Bare(target);
        if (Filled(address, position, groups) is not { } template)
            return;
        if (MailgunCaptures.Fill(address, groups, out _, value: "x") is { } sample && Address().IsMatch(sample))
        {
            _set.Forward(rule, template);
            return;
        }
        rule.Lacks($"'{TextShown.Of(target)}' is neither a URL nor an address: the mail is held until somebody releases it");
        rule.Do("hold", "a target of the route is neither a URL nor an address");
    }

    /// <summary>The address of <c>Name &lt;a@b&gt;</c> and of <c>mailto:a@b</c>.</summary>
    private static string Bare(string target)
    {
        // "\g<name>" at the end is a capture.
        if (target.EndsWith('>') && target.LastIndexOf(" <", StringComparison.Ordinal) is >= 0 and var at)
            return target[(at + 2)..^1];
        return target.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) ? target[7..] : target;
    }

    private void Webhook(ImportedRule rule, string target, SourcePosition position, IReadOnlyList<string?> groups)
    {
        if (!MailgunCaptures.HasAny(target))
        {
            if (_set.Destinations.Webhook(target, position, "mailgun", Key) is { } plain)
                rule.Do("webhook", plain);
            return;
        }
        if (Filled(target, position, groups) is not { } template
            || MailgunCaptures.Fill(target, groups, out _, value: "x") is not { } sample)
            return;
        var path = target.IndexOf('/', target.IndexOf("://", StringComparison.Ordinal) + 3);
        var host = path < 0 ? target : target[..path];
        string? destination;
        if (MailgunCaptures.HasAny(host))
        {
            rule.Lacks("the host comes from the mail, so no signature is sent there");
            destination = _set.Destinations.Unknown("captured-host", "mailgun", "any URL: the rules name those that are called");
        }
        else
        {
            destination = _set.Destinations.Webhook(path < 0 ? sample : $"{host}/", position, "mailgun", Key);
        }
        if (destination is not null)
        {
            rule.Do("webhook", new JsonObject
            {
                ["destination"] = destination,
                ["url"] = ImportedDestinations.Literal(ImportedDestinations.WithoutUser(template)),
            });
        }
    }

    private string? Filled(string text, SourcePosition position, IReadOnlyList<string?> groups)
    {
        if (MailgunCaptures.Fill(text, groups, out var missing) is { } filled)
            return filled;
        values.Problems.Error(position, $"'{missing}' names no group of the expression", $"it has {groups.Count}");
        return null;
    }

    [GeneratedRegex(
        @"^[^\s<>()\[\]\\,;:""@{}]+@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Address();

    private sealed record Routed(YamlMapping Entry, YamlScalar Expression, MailgunFilter Filter, List<MailgunAction> Actions);
}
