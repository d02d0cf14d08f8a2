using InboundBridge.Http.Access;
using InboundBridge.Ui.Access;
using InboundBridge.Ui.Routing;
using InboundBridge.Ui.Sessions;

namespace InboundBridge.Ui.Pages.SignIn;

/// <summary><c>/ui/login</c> and <c>/ui/logout</c>.</summary>
internal sealed class SignInPages(ApiAccess access, UiSessions sessions, FormTokens tokens, FormBodies forms)
{
    public const string Path = "/ui/login";
    public const string OutPath = "/ui/logout";

    /// <summary>What the token of the sign-in form is made for: there is no session yet.</summary>
    public const string FormKey = "sign-in";

    private const string Home = "/ui";

    public async Task<UiAnswer> AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        if (access.IsOpen)
            return new UiAnswer.Redirect(Home);
        if (UiRequest.QueryOf(context, "to").Problem is { } odd)
            return UiAnswer.Trouble.Bad(odd);
        if (HttpMethods.IsGet(request.Method))
            return FormOf(LocalAddress.Of(request.Query["to"]) ?? Home, null);
        if (!HttpMethods.IsPost(request.Method))
            return new UiAnswer.Trouble(StatusCodes.Status405MethodNotAllowed, "Not possible", "This page takes no such request.");
        var form = await forms.ReadSignInAsync(context);
        if (!tokens.Fits(FormKey, form.Text(FormTokens.FieldName)))
            return UiAnswer.Trouble.OldForm;
        var to = LocalAddress.Of(form.Text("to")) ?? Home;
        // The check has bounds of its own, which a right token passes.
        var (token, problem) = await access.CheckAsync(context, form.Text("token") ?? string.Empty);
        context.Response.Headers.Remove("WWW-Authenticate");
        if (token is null)
            return FormOf(to, UiAccess.TroubleOf(problem!));
        // An old session of this browser ends: whoever knew its cookie must not share the new one.
        if (SessionCookie.Of(request) is { } before)
            sessions.End(before);
        SessionCookie.Set(context, sessions.Begin(token));
        return new UiAnswer.Redirect(to);
    }

    public async Task<UiAnswer> SignOutAsync(HttpContext context, UiCaller caller)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
            return new UiAnswer.Redirect(Home);
        using var place = forms.TryTake(caller.Who.Name, UiForm.Usual);
        if (place is null)
            return UiAnswer.Trouble.Busy(context.Response);
        var form = await forms.ReadAsync(context, UiForm.Usual);
        if (!tokens.Fits(caller.FormKey, form.Text(FormTokens.FieldName)))
            return UiAnswer.Trouble.OldForm;
        if (caller.Session is { } session)
            sessions.End(session.Id);
        SessionCookie.Clear(context);
        return new UiAnswer.Redirect(Path);
    }

    private static UiAnswer.Page FormOf(string to, UiAnswer.Trouble? trouble) =>
        new("Sign in", typeof(SignInPage), new SignInModel(to, trouble?.Detail), trouble?.Status ?? StatusCodes.Status200OK);
}
