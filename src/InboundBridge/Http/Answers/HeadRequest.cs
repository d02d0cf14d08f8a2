using Microsoft.AspNetCore.Http.Features;

namespace InboundBridge.Http.Answers;

/// <summary>
/// HEAD is GET without the content (RFC 9110 §9.3.2): the same route answers, and its content is dropped. Handlers whose content is large
/// or endless check <see cref="Is"/> and write none.
/// </summary>
internal sealed class HeadRequest
{
    private static readonly HeadRequest Instance = new();

    public static bool Is(HttpContext context) => context.Features.Get<HeadRequest>() is not null;

    public static async Task ServeAsync(HttpContext context, RequestDelegate next)
    {
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await next(context);
            return;
        }
        context.Request.Method = HttpMethods.Get;
        context.Features.Set(Instance);
        var wire = context.Features.Get<IHttpResponseBodyFeature>();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null, wire!));
        try
        {
            await next(context);
        }
        finally
        {
            context.Features.Set(wire);
            context.Request.Method = HttpMethods.Head;
        }
    }
}
