using InboundBridge.Http.Answers;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Principals;
using InboundBridge.Ui.Access;
using InboundBridge.Ui.Assets;
using InboundBridge.Ui.Pages;
using InboundBridge.Ui.Pages.SignIn;
using InboundBridge.Ui.Rendering;
using InboundBridge.Ui.Routing;
using InboundBridge.Ui.Sessions;

namespace InboundBridge.Ui;

/// <summary>
/// Answers every request below <c>/ui</c>: finds out who asks, checks the role and the form, lets the page do its work, and writes the
/// result. Pages only translate between HTTP and the operations, as the API's endpoints do.
/// </summary>
internal sealed class UiSite
{
    private readonly UiAccess _access;
    private readonly FormTokens _tokens = new();
    private readonly FormBodies _forms;
    private readonly UiAssets _assets = new();
    private readonly UiRoutes _routes = new();
    private readonly SignInPages _signIn;
    private readonly PageWriter _writer;

    public UiSite(UiParts parts)
    {
        var clock = parts.Surroundings.Clock;
        var sessions = new UiSessions(clock, token => parts.Access.Options.Tokens.Contains(token));
        _forms = new FormBodies(clock);
        _access = new UiAccess(parts.Access, sessions);
        _access.FollowTokens();
        _signIn = new SignInPages(parts.Access, sessions, _tokens, _forms);
        _writer = new PageWriter(parts, _assets, _tokens);
        UiPages.Map(_routes, parts);
    }

    public async Task AnswerAsync(HttpContext context)
    {
        UiHeaders.Apply(context.Response.Headers);
        var path = context.Request.Path.Value ?? string.Empty;
        if (path.StartsWith(UiAssets.Folder, StringComparison.Ordinal))
        {
            await _assets.AnswerAsync(context, path[UiAssets.Folder.Length..]);
            return;
        }
        var (caller, answer) = await AnswerOfAsync(context, path);
        await _writer.WriteAsync(context, caller, answer);
    }

    private async Task<(UiCaller? Caller, UiAnswer Answer)> AnswerOfAsync(HttpContext context, string path)
    {
        if (_access.RefuseForeign(context.Request) is { } foreign)
            return (null, foreign);
        if (path is SignInPages.Path)
            return (null, await GuardAsync(() => _signIn.AnswerAsync(context)));
        var (caller, refusal) = _access.Admit(context);
        if (caller is null)
            return (null, refusal!);
        if (path is SignInPages.OutPath)
            return (caller, await GuardAsync(() => _signIn.SignOutAsync(context, caller)));
        return (caller, await GuardAsync(() => AnswerRouteAsync(context, caller, path)));
    }

    private async Task<UiAnswer> AnswerRouteAsync(HttpContext context, UiCaller caller, string path)
    {
        if (_routes.Find(context.Request.Method, path, out var values) is not { } route)
            return _routes.Knows(path)
                ? new UiAnswer.Trouble(StatusCodes.Status405MethodNotAllowed, "Not possible", "This page takes no such request.")
                : UiAnswer.Trouble.NotFound("page with this address");
        // Before the form is read: a caller without the right learns only that.
        caller.Who.Demand(route.Operation);
        return HttpMethods.IsPost(context.Request.Method)
            ? await AnswerFormAsync(context, caller, route, values)
            : await route.Answer(new UiRequest(context, caller, values, UiForm.Empty));
    }

    private async Task<UiAnswer> AnswerFormAsync(
        HttpContext context, UiCaller caller, UiRoute route, IReadOnlyDictionary<string, string> values)
    {
        var request = new UiRequest(context, caller, values, UiForm.Empty);
        if (request.ReadQuery().Problem is { } problem)
            return UiAnswer.Trouble.Bad(problem);
        // Kept until the answer is made: it is what costs.
        using var place = _forms.TryTake(caller.Who.Name, route.LargestForm);
        if (place is null)
            return UiAnswer.Trouble.Busy(context.Response);
        var form = await _forms.ReadAsync(context, route.LargestForm);
        return _tokens.Fits(caller.FormKey, form.Text(FormTokens.FieldName))
            ? await route.Answer(new UiRequest(context, caller, values, form)) : UiAnswer.Trouble.OldForm;
    }

    private static async Task<UiAnswer> GuardAsync(Func<Task<UiAnswer>> answer)
    {
        try
        {
            return await answer();
        }
        catch (NotPermittedException fault)
        {
            return new UiAnswer.Trouble(
                StatusCodes.Status403Forbidden, "Not allowed",
                $"The token '{fault.Principal.Name}' may only read. Sign in with a token of role admin to make changes.");
        }
        catch (ArgumentException fault) when (fault.ParamName == "cursor")
        {
            return new UiAnswer.Trouble(
                StatusCodes.Status400BadRequest, "No such page", "The address does not belong to this list. Start again at its first page.");
        }
        catch (BadHttpRequestException fault)
        {
            return new UiAnswer.Trouble(fault.StatusCode, "The request can't be read", fault.Message);
        }
        catch (MessageDamagedException fault)
        {
            return new UiAnswer.Trouble(StatusCodes.Status500InternalServerError, "The stored message is damaged", fault.Message);
        }
        catch (SpoolUnavailableException fault)
        {
            return new UiAnswer.Trouble(StatusCodes.Status503ServiceUnavailable, "The spool is not available",
                "New mail that can't be stored gets 451: senders try again, nothing is lost, and service resumes by itself. "
                + $"The reason: {fault.Message}")
            {
                Href = "/ui/configuration",
                Link = "To the configuration and the nodes, which this node shows without the spool",
            };
        }
    }
}
