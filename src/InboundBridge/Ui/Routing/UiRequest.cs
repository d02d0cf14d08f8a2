using InboundBridge.Api.Routing;
using InboundBridge.Operations.Principals;
using InboundBridge.Ui.Sessions;

namespace InboundBridge.Ui.Routing;

/// <summary>An admitted request for a page.</summary>
/// <param name="values">The segments of the path that the route names.</param>
internal sealed class UiRequest(HttpContext context, UiCaller caller, IReadOnlyDictionary<string, string> values, UiForm form)
{
    public HttpContext Context => context;

    public UiCaller Caller => caller;

    public Principal Who => caller.Who;

    public UiForm Form => form;

    public CancellationToken Aborted => context.RequestAborted;

    /// <summary>A segment of the path.</summary>
    public string Path(string name) => values[name];

    /// <summary>Reads the query strictly, as the API does: a misspelt filter must not mean "everything".</summary>
    public ApiQuery ReadQuery(params string[] known) => QueryOf(context, known);

    /// <summary>As <see cref="ReadQuery"/>, for a caller who is not admitted yet.</summary>
    public static ApiQuery QueryOf(HttpContext context, params string[] known) =>
        new(context.Request.Query, [.. known, UiNotices.Parameter]);
}
