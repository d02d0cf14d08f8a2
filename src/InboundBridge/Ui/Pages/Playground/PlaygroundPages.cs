using System.Net;
using System.Text;
using InboundBridge.Api;
using InboundBridge.Explaining;
using InboundBridge.MailFlow.Reception.Trials;
using InboundBridge.Operations;
using InboundBridge.Operations.Mails;
using InboundBridge.Operations.Principals;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Ui.Routing;
using InboundBridge.Ui.Text;

namespace InboundBridge.Ui.Pages.Playground;

/// <summary>
/// <c>/ui/playground</c>: what would happen to a mail, with the rules in force or as somebody edits them. Nothing is stored.
/// </summary>
internal sealed class PlaygroundPages(ApplianceOperations operations)
{
    /// <summary>Octets of the form: a mail with an attachment, and a file of rules.</summary>
    private const long LargestForm = 8 * 1024 * 1024;

    /// <summary>Octets of a file that the page shows again as text.</summary>
    private const int LargestShown = 256 * 1024;

    private readonly RuleEditor _editor = new(operations);

    public void Map(UiRoutes routes)
    {
        routes.Get("/playground", Operation.Explain, ShowAsync);
        routes.Post("/playground", Operation.Explain, TryAsync, LargestForm);
    }

    private async Task<UiAnswer> ShowAsync(UiRequest request)
    {
        var query = request.ReadQuery("message", "file");
        if (query.Problem is { } problem)
            return UiAnswer.Trouble.Bad(problem);
        var input = PlaygroundInput.Example;
        if (query.Text("message") is { } id)
        {
            if (await StoredAsync(request, id) is not { } stored)
                return UiAnswer.Trouble.NoMessage("such message, or its octets are gone");
            input = stored;
        }
        return Page(new PlaygroundModel(input, _editor.Open(request.Who, query.Text("file")), null));
    }

    private async Task<PlaygroundInput?> StoredAsync(UiRequest request, string id)
    {
        var record = await operations.Messages.FindAsync(request.Who, id, request.Aborted);
        var source = await operations.Reading.ReadSourceAsync(request.Who, id, request.Aborted);
        if (record is null || source is null)
            return null;
        var envelope = record.Message.Envelope;
        return new PlaygroundInput(
            source.Text.ReplaceLineEndings("\n"), envelope.Sender, string.Join(", ", envelope.Recipients.Select(each => each.Address)),
            envelope.ClientIp ?? string.Empty, envelope.Helo ?? string.Empty);
    }

    private async Task<UiAnswer> TryAsync(UiRequest request)
    {
        var form = request.Form;
        var input = new PlaygroundInput(
            form.Raw("mail"), form.Text("from") ?? string.Empty, form.Text("to") ?? string.Empty, form.Text("client_ip") ?? string.Empty,
            form.Text("helo") ?? string.Empty)
        {
            Given = GivenFields.Read(form),
        };
        // A file that was chosen comes before the text; it keeps its octets.
        var file = form.File("upload");
        var octets = file.IsEmpty ? Encoding.UTF8.GetBytes(input.Mail) : file.ToArray();
        if (!file.IsEmpty)
            input = input with { Mail = file.Length <= LargestShown ? Encoding.UTF8.GetString(file.Span) : string.Empty };
        var (rules, editor, isUsable) = _editor.Read(request.Who, form);
        if (!isUsable)
            return Refused(input, editor, "The rules have errors, so nothing was tried.", StatusCodes.Status422UnprocessableEntity);
        var client = IPAddress.Loopback;
        if (input.ClientIp.Length > 0 && !IPAddress.TryParse(input.ClientIp, out client))
            return Refused(input, editor, $"'{input.ClientIp}' is not an IP address.");
        var (given, wrong) = operations.RuleTexts.ReadGiven(request.Who, input.Given);
        if (given is null)
            return Refused(input, editor, GivenFields.Problem(wrong));
        if (given.Time is { Year: < 1990 or > 2200 })
            return Refused(input, editor, "Given facts: time: give one from 1990 to 2200.");
        var mail = new TrialMail
        {
            Sender = input.From.Trim('<', '>'),
            Recipients = input.To.Split([',', ' ', ';', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries),
            Octets = CrlfText.Of(octets),
            ClientIp = client!,
            Helo = input.Helo.Length > 0 ? input.Helo : "localhost",
            Given = given,
        };
        return await operations.Explaining.ExplainAsync(request.Who, mail, request.Aborted, rules) switch
        {
            ExplainOutcome.Explained(var explanation, var hide) => Page(new PlaygroundModel(input, editor, null)
            {
                Result = ResultOf(
                    explanation, hide,
                    RuleTestPaste.Of(
                        await operations.Explaining.CopyAsync(request.Who, explanation, request.Aborted, rules), editor?.File, editor?.Text,
                        hide)),
            }),
            ExplainOutcome.Invalid(var mistake) => Refused(input, editor, $"{mistake}."),
            _ => throw new InvalidOperationException("an outcome without an answer"),
        };
    }

    private static PlaygroundResult ResultOf(MailExplanation explanation, Func<string, string> hide, RuleTestPaste test)
    {
        var requests = new Dictionary<int, RequestText>();
        for (var index = 0; index < explanation.Plan.Count; index++)
        {
            if (explanation.Plan[index].Request is { } request)
                requests[index] = RequestTexts.Of(request.WithoutCredentials(), hide);
        }
        return new PlaygroundResult(
            explanation, requests, [.. ExplanationNotes.Of(explanation), .. ExplanationNotes.OfPlan(explanation)], test);
    }

    private static UiAnswer.Page Refused(
        PlaygroundInput input, RuleEditorModel? editor, string problem, int status = StatusCodes.Status400BadRequest) =>
        Page(new PlaygroundModel(input, editor, problem), status);

    private static UiAnswer.Page Page(PlaygroundModel model, int status = StatusCodes.Status200OK) =>
        new("Playground", typeof(PlaygroundPage), model, status);
}
