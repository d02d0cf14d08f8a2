using System.Globalization;
using System.Text;
using InboundBridge.MailFlow.Delivery.Webhook.Requests;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Reception.Trials;
using InboundBridge.Rules.Contract;
using InboundBridge.Rules.Evaluation;
using InboundBridge.Rules.Explaining;
using InboundBridge.Terminal;
using InboundBridge.Text;

namespace InboundBridge.Explaining;

/// <summary>Writes the explanation for people.</summary>
internal sealed class ExplanationText(TerminalText text)
{
    /// <summary>Characters of a body that are shown; <c>--json</c> and <c>--curl</c> have all of it.</summary>
    private const int ShownBody = 16 * 1024;

    public void Write(MailExplanation explanation)
    {
        var mail = explanation.Mail;
        text.Line(string.Create(CultureInfo.InvariantCulture, $"from <{Plain(mail.Sender)}>, {mail.Octets.Length} octets, ")
            + $"client {mail.ClientIp} ({Plain(mail.Helo)}), configuration {explanation.ConfigVersion}");
        Section("SMTP");
        foreach (var reply in explanation.Outcome.Replies)
            Reply(reply);
        foreach (var fault in explanation.Outcome.Faults)
            text.Line($"  {text.Bad("fault")}    {Plain(fault)}");
        Section("Authentication");
        Verdicts(explanation);
        foreach (var recipient in explanation.Outcome.Recipients)
            Recipient(recipient);
        Section("Plan");
        if (explanation.Plan.Count == 0)
            text.Line("  nothing is delivered or held");
        foreach (var planned in explanation.Plan)
            Delivery(planned);
        foreach (var note in ExplanationNotes.OfPlan(explanation))
            text.Line($"  {text.Open(note)}");
        foreach (var planned in explanation.Plan)
        {
            if (planned.Request is { } request)
                Request(planned.Delivery.Destination, request.WithoutCredentials());
        }
    }

    private void Section(string heading)
    {
        text.Line();
        text.Line(text.Heading(heading));
    }

    private void Reply(TrialReply reply)
    {
        var code = reply.Enhanced is null ? $"{reply.Code}" : $"{reply.Code} {reply.Enhanced}";
        var lines = reply.Text.Split('\n');
        var more = lines.Length > 1 ? text.Faint(string.Create(CultureInfo.InvariantCulture, $" (and {lines.Length - 1} more lines)"))
            : string.Empty;
        var why = reply.Reason is { } reason ? text.Faint($" ({reason})") : string.Empty;
        text.Line($"  {reply.Stage,-8} {(reply.Code < 400 ? text.Good(code) : text.Bad(code))} {Plain(lines[0])}{more}{why}");
        if (reply.Command.Length > 0)
            text.Line($"           {text.Faint(Plain(reply.Command))}");
    }

    private void Verdicts(MailExplanation explanation)
    {
        var lines = VerdictLines.Of(explanation.Outcome.Verdicts).ToList();
        var notes = ExplanationNotes.Of(explanation).ToList();
        foreach (var line in lines)
            text.Line($"  {Plain(line)}");
        foreach (var note in notes)
            text.Line($"  {text.Open(note)}");
        if (lines.Count + notes.Count == 0)
            text.Line(text.Faint("  nothing was asked"));
    }

    private void Recipient(TrialRecipient recipient)
    {
        Section(Plain(recipient.Address));
        var fate = ExplanationJson.Word(recipient.Fate);
        var shown = recipient.Fate is TrialFate.Rejected or TrialFate.Deferred ? text.Bad(fate) : text.Good(fate);
        text.Line($"  {shown}{RecipientLines.Decided(recipient)}");
        if (recipient.Greylisting is { } greylisting)
            text.Line($"  greylisting: {RecipientLines.Of(greylisting)}");
        if (recipient.Explanation is not { } explanation)
            return;
        var decision = explanation.Decision;
        if (recipient.DecidedBy == TrialDecider.Enforcement)
            text.Line($"  without that{RecipientLines.Decided(explanation)}");
        foreach (var rule in explanation.Rules)
            Rule(rule);
        Marks(decision);
    }

    private void Rule(ExplainedRule rule)
    {
        var outcome = rule.Outcome switch
        {
            RuleOutcome.Decided => text.Good("+ decides"),
            RuleOutcome.Matched => text.Good("+ matches"),
            RuleOutcome.NotMatched => text.Faint("- does not match"),
            RuleOutcome.Open => text.Open("? open"),
            RuleOutcome.Disabled => text.Faint(". disabled"),
            RuleOutcome.OtherRecipient => text.Faint(". for other recipients"),
            _ => text.Faint(". not reached"),
        };
        text.Line($"  {text.Heading(Plain(rule.Name))}  {outcome}  {text.Faint(rule.Position.ToString())}");
        if (rule.Outcome is RuleOutcome.Disabled or RuleOutcome.OtherRecipient or RuleOutcome.NotReached)
            return;
        // The keys of `when` are an implicit "all", which is not shown.
        foreach (var child in rule.When is { Label: "all", Pattern: null } ? rule.When.Children : [rule.When])
            Condition(child, 6);
        if (rule.Outcome is RuleOutcome.Decided or RuleOutcome.Matched)
            text.Line($"      then {string.Join(", ", rule.Actions)}");
    }

    private void Condition(ExplainedCondition condition, int depth)
    {
        var pattern = condition.Pattern is { } written ? $" {Plain(written)}" : string.Empty;
        var actual = condition.Actual switch
        {
            null => string.Empty,
            "" => ": (empty)",
            { } value => $": {Plain(value)}",
        };
        var answer = condition.Answer switch
        {
            ConditionAnswer.True => text.Good("true"),
            ConditionAnswer.False => text.Bad("false"),
            ConditionAnswer.Unknown => text.Open("not known yet"),
            _ => text.Faint("skipped"),
        };
        text.Line($"{new string(' ', depth)}{condition.Label}{pattern}{actual} = {answer}");
        foreach (var child in condition.Children)
            Condition(child, depth + 2);
    }

    private void Marks(RuleDecision decision)
    {
        if (decision.Tags.Count > 0)
            text.Line($"  tags: {Plain(string.Join(", ", decision.Tags))}");
        if (decision.Vars.Count > 0)
            text.Line($"  vars: {Plain(string.Join(", ", decision.Vars.Select(entry => $"{entry.Key}={entry.Value}")))}");
        foreach (var edit in decision.HeaderEdits)
            text.Line($"  header: {(edit.Value is null ? $"without {Plain(edit.Name)}" : $"{Plain(edit.Name)}: {Plain(edit.Value)}")}");
        foreach (var line in decision.ScriptLog)
            text.Line($"  log: {Plain(line)}");
        foreach (var error in decision.Errors)
            text.Line($"  {text.Bad("error")}: {Plain(error.Rule)}: {Plain(error.Text)}");
    }

    private void Delivery(PlannedDelivery planned)
    {
        var delivery = planned.Delivery;
        var where = planned.Kind == "hold" ? $"hold: {Plain(delivery.HoldReason ?? string.Empty)}"
            : $"{planned.Kind} {delivery.Destination}";
        var recipients = string.Join(", ",
            delivery.Recipients.Select(each => each.Address == each.Original ? each.Address : $"{each.Address} (was {each.Original})"));
        var overridden = delivery.OptionsJson is { } options ? text.Faint($" with {Plain(ShownOptions.Of(options))}") : string.Empty;
        var waits = planned.OnDemand ? ", kept until it is collected (ATRN)" : string.Empty;
        text.Line($"  {text.Good(where)} for {Plain(recipients)}{overridden}{waits}");
        foreach (var line in planned.Relay is { } relay ? RelayLines.Of(relay) : [])
            text.Line($"    {Plain(line)}");
    }

    private void Request(string destination, WebhookPreview request)
    {
        Section($"Request to {destination}");
        if (request.Problem is { } problem)
        {
            text.Line($"  {text.Bad("can't be made")}: {Plain(problem)}");
            return;
        }
        if (request.SkipReason is { } skipped)
        {
            text.Line($"  {text.Faint("nothing is sent")}: {skipped}");
            return;
        }
        text.Line($"{request.Method} {request.Url}");
        foreach (var (name, value) in request.Headers)
            text.Line($"{text.Faint(name + ":")} {Plain(value)}");
        text.Line();
        var octets = request.Body.Span;
        if (!System.Text.Unicode.Utf8.IsValid(octets))
        {
            text.Line(text.Faint(
                string.Create(CultureInfo.InvariantCulture, $"({octets.Length} octets that are not text: --json has them in base64)")));
            return;
        }
        var body = Encoding.UTF8.GetString(octets).ReplaceLineEndings("\n");
        text.Line(TerminalText.Plain(CutText.At(body, ShownBody), keepLines: true));
        if (body.Length > ShownBody)
            text.Line(text.Faint(
                string.Create(CultureInfo.InvariantCulture, $"(and {body.Length - ShownBody} more characters: --json has all of them)")));
    }

    private static string Plain(string value) => TerminalText.Plain(value);
}
