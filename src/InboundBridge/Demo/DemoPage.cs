using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.Demo;

/// <summary>Writes the page of the demo's receiver.</summary>
internal static class DemoPage
{
    /// <summary>As strict as the pages of the web UI: what the page shows comes from mail.</summary>
    private const string Policy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

    private static readonly IServiceProvider NoServices = new ServiceCollection().BuildServiceProvider();

    public static async Task WriteAsync(HttpContext context, DemoReceiverModel model)
    {
        await using var renderer = new HtmlRenderer(NoServices, NullLoggerFactory.Instance);
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = new Dictionary<string, object?>(StringComparer.Ordinal) { [nameof(DemoReceiverPage.Model)] = model };
            var output = await renderer.RenderComponentAsync<DemoReceiverPage>(ParameterView.FromDictionary(parameters));
            return output.ToHtmlString();
        });
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.WriteAsync(html, Encoding.UTF8, context.RequestAborted);
    }
}
