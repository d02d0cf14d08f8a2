using InboundBridge.Http.Access;
using InboundBridge.Ui.Routing;
using InboundBridge.Ui.Sessions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InboundBridge.Ui.Access;

/// <summary>
/// Lets a browser in: on loopback without tokens everybody, after the same checks as the API makes; with tokens whoever has signed in with
/// one that is still configured.
/// </summary>
internal sealed class UiAccess(ApiAccess access, UiSessions sessions)
{
    private const string Via = "ui";

    /// <summary>
    /// The answer to a request that changes something and comes from a page of another site, as far as its browser tells; null for any
    /// other. The token in each form is the wall behind this one.
    /// </summary>
    public UiAnswer? RefuseForeign(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) || LocalRequest.IsFromOwnPage(request, access.Options.PublicUrl) ? null
            : new UiAnswer.Trouble(
                StatusCodes.Status403Forbidden, "Not allowed",
                $"The request comes from a page of another site ({ForeignField(request)}). Nothing was changed. If the page is the "
                + "appliance's own, the proxy in front of it changes the Host field: let it send the original one, or X-Forwarded-Host.");

    /// <summary>From now on a session ends when a reload removes its token, also where it comes back before anybody looks.</summary>
    public void FollowTokens() => access.TokensChange.UnsafeRegister(
        _ =>
        {
            // First, so that no change is missed.
            FollowTokens();
            sessions.EndRemoved();
        },
        null);

    /// <summary>The caller, or the answer that refuses or leads to the sign-in.</summary>
    public (UiCaller? Caller, UiAnswer? Refusal) Admit(HttpContext context)
    {
        var request = context.Request;
        if (LocalRequest.IsFromAnotherPage(request) && !IsOpenedByPerson(request))
            return (null, new UiAnswer.Trouble(
                StatusCodes.Status403Forbidden, "Not allowed",
                "The request comes from a page of another site. Only the appliance's own pages are allowed to make it."));
        var tokensChange = access.TokensChange;
        if (access.IsOpen)
        {
            var (who, problem) = ApiAccess.AdmitLocal(context);
            return who is null ? (null, TroubleOf(problem!)) : (new UiCaller(who with { Via = Via }, null, tokensChange), null);
        }
        if (sessions.Find(SessionCookie.Of(request)) is { } session)
        {
            // The reload that removes a token ends its sessions; this one may be on its way.
            if (access.Options.Tokens.Contains(session.Token))
                return (new UiCaller(ApiAccess.PrincipalOf(session.Token) with { Via = Via }, session, tokensChange), null);
            sessions.End(session.Id);
        }
        if (HttpMethods.IsGet(request.Method))
            return (null, new UiAnswer.Redirect(SignInAddress(request)));
        return (null, new UiAnswer.Trouble(
            StatusCodes.Status401Unauthorized, "Signed out", "Your session has ended. Nothing was changed. Sign in and repeat."));
    }

    /// <summary>The text of an answer of the API, as a page.</summary>
    public static UiAnswer.Trouble TroubleOf(IResult problem) =>
        problem is ProblemHttpResult { ProblemDetails: var details }
            ? new UiAnswer.Trouble(
                details.Status ?? StatusCodes.Status403Forbidden, details.Title ?? "Not allowed", details.Detail ?? string.Empty)
            : new UiAnswer.Trouble(StatusCodes.Status403Forbidden, "Not allowed", string.Empty);

    /// <summary>
    /// A link on another site, or in a chat, that somebody follows in the address bar's own window. The other page can't read the answer,
    /// and a GET changes nothing.
    /// </summary>
    private static bool IsOpenedByPerson(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.Headers["Sec-Fetch-Mode"] == "navigate" && request.Headers["Sec-Fetch-Dest"] == "document";

    private static string ForeignField(HttpRequest request) =>
        LocalRequest.IsFromAnotherPage(request)
            ? $"Sec-Fetch-Site: {request.Headers["Sec-Fetch-Site"]}" : $"Origin: {request.Headers.Origin}";

    private static string SignInAddress(HttpRequest request)
    {
        var wanted = $"{request.Path}{request.QueryString}";
        return wanted is "/ui" or "/ui/" ? "/ui/login" : $"/ui/login?to={Uri.EscapeDataString(wanted)}";
    }
}
