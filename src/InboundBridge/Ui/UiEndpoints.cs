namespace InboundBridge.Ui;

/// <summary>
/// <c>/ui</c>, and <c>/</c> that leads there. Nothing is made before the first request: the UI adds two routes to a start and nothing else.
/// </summary>
internal sealed class UiEndpoints(UiParts parts)
{
    private readonly Lazy<UiSite> _site = new(() => new UiSite(parts));

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/", [HttpMethods.Get], context =>
        {
            context.Response.Redirect("/ui");
            return Task.CompletedTask;
        });
        routes.Map("/ui/{**path}", context => _site.Value.AnswerAsync(context));
    }
}
