using System.Globalization;
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
    public ApiQuery ReadQuery(params string[] known) => new(context.Request.Query, [.. known, UiNotices.Parameter]);

    /// <summary>A number of the query; the default where there is none or it is no number from 1 to <paramref name="most"/>.</summary>
    public int Number(string name, int otherwise, int most) =>
        int.TryParse(context.Request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? Math.Min(number, most) : otherwise;
}
