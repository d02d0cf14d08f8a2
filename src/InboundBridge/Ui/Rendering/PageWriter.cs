using System.Text;
using InboundBridge.Http.Answers;
using InboundBridge.Operations.Principals;
using InboundBridge.Setup;
using InboundBridge.Ui.Assets;
using InboundBridge.Ui.Layout;
using InboundBridge.Ui.Pages.SignIn;
using InboundBridge.Ui.Routing;
using InboundBridge.Ui.Sessions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace InboundBridge.Ui.Rendering;

/// <summary>Writes answers: a page inside the layout as HTML, or a redirect with its notice.</summary>
internal sealed class PageWriter
{
    private readonly UiParts _parts;
    private readonly UiAssets _assets;
    private readonly FormTokens _tokens;
    private readonly UiNotices _notices = new();

    /// <summary>Components get everything by parameters; the renderer only wants to ask somebody.</summary>
    private static readonly IServiceProvider NoServices = new ServiceCollection().BuildServiceProvider();

    public PageWriter(UiParts parts, UiAssets assets, FormTokens tokens) => (_parts, _assets, _tokens) = (parts, assets, tokens);

    /// <param name="caller">Null for whoever has not signed in.</param>
    public async Task WriteAsync(HttpContext context, UiCaller? caller, UiAnswer answer)
    {
        switch (answer)
        {
            case UiAnswer.Redirect redirect:
                Lead(context, redirect);
                break;
            case UiAnswer.Other(var result):
                await result.ExecuteAsync(context);
                break;
            case UiAnswer.Page page:
                await WritePageAsync(context, caller, page);
                break;
            case UiAnswer.Trouble trouble:
                await WritePageAsync(
                    context, caller,
                    new UiAnswer.Page(
                        trouble.Title, typeof(TroublePage),
                        new TroubleModel(trouble.Title, trouble.Detail, trouble.Href, trouble.Link), trouble.Status));
                break;
            default:
                throw new InvalidOperationException("an answer that nobody writes");
        }
    }

    private void Lead(HttpContext context, UiAnswer.Redirect redirect)
    {
        var location = redirect.Location;
        if (redirect.Notice is { } notice)
            location += $"{(location.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{UiNotices.Parameter}="
                + _notices.Keep(new UiNotice(notice, redirect.IsBad));
        // 303: whatever the request was, the browser gets the page (RFC 9110 §15.4.4).
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = location;
    }

    private async Task WritePageAsync(HttpContext context, UiCaller? caller, UiAnswer.Page page)
    {
        var view = ViewOf(context, caller);
        var html = await RenderAsync(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [nameof(Shell.View)] = view,
            [nameof(Shell.Title)] = page.Title,
            [nameof(Shell.Page)] = page.Component,
            [nameof(Shell.Model)] = page.Model,
        });
        var octets = Encoding.UTF8.GetBytes(html);
        var response = context.Response;
        response.StatusCode = page.Status;
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = octets.Length;
        if (!HeadRequest.Is(context))
            await response.Body.WriteAsync(octets, context.RequestAborted);
    }

    private async Task<string> RenderAsync(Dictionary<string, object?> parameters)
    {
        await using var renderer = new HtmlRenderer(NoServices, _parts.Logs);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var output = await renderer.RenderComponentAsync<Shell>(ParameterView.FromDictionary(parameters));
            return output.ToHtmlString();
        });
    }

    private UiView ViewOf(HttpContext context, UiCaller? caller) => new()
    {
        Now = _parts.Surroundings.Clock.GetUtcNow(),
        Path = context.Request.Path.Value ?? string.Empty,
        FormToken = _tokens.For(caller?.FormKey ?? SignInPages.FormKey),
        Who = caller?.Who.Name,
        MayChange = caller?.Who.May(Operation.Retry) ?? false,
        CanSignOut = caller?.Session is not null,
        OtherNodes = new Lazy<bool>(
            () => caller?.Who.May(Operation.ListNodes) == true && _parts.Operations.Nodes.Glance(caller.Who).IsOneOfSeveral),
        Version = ProductVersion.Text,
        Notice = _notices.Take(context.Request.Query[UiNotices.Parameter]),
        Links = _parts.Links,
        Style = _assets.Style,
        Script = _assets.Script,
        Icon = _assets.Icon,
    };
}
