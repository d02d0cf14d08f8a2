using System.Net;
using System.Text;
using InboundBridge.Commands.Sending;
using InboundBridge.Explaining;
using InboundBridge.Hosting;
using InboundBridge.Logging;
using InboundBridge.MailFlow.Reception.Trials;
using Microsoft.AspNetCore.Http.Features;

namespace InboundBridge.Api;

/// <summary><c>POST /api/v1/explain?from=&amp;to=&amp;client_ip=&amp;helo=</c>: a raw mail in, what would become of it out. Changes nothing, so a read token may.</summary>
internal static class ExplainEndpoint
{
    /// <summary>Trials at a time: each holds a whole mail and its requests in memory.</summary>
    private const int MostAtOnce = 2;

    private static readonly SemaphoreSlim Places = new(MostAtOnce);

    public static void Map(IEndpointRouteBuilder routes, ApiRoutes api) =>
        routes.MapPost("/api/v1/explain", api.Read(context => ExplainAsync(context, api.Parts)));

    private static async Task<IResult> ExplainAsync(HttpContext context, ApplianceParts parts)
    {
        var query = new ApiQuery(context.Request.Query, "from", "to", "client_ip", "helo");
        var client = IPAddress.Loopback;
        if (query.Problem is { } problem)
            return ApiProblem.BadRequest(problem);
        if (query.Text("client_ip") is { } ip && !IPAddress.TryParse(ip, out client))
            return ApiProblem.BadRequest($"client_ip: '{ip}' is no IP address");
        if (context.Request.Query["to"].Count == 0)
            return ApiProblem.BadRequest("to: the address of a recipient is needed, once for each");
        await Places.WaitAsync(context.RequestAborted);
        try
        {
            var explainer = parts.CreateExplainer();
            if (await ReadBodyAsync(context, explainer.LargestMail) is not { } octets)
                return ApiProblem.Of(StatusCodes.Status413PayloadTooLarge, "Too large", $"a mail has {explainer.LargestMail} octets at most (smtp.limits.message_size)");
            var mail = new TrialMail
            {
                Sender = (query.Text("from") ?? string.Empty).Trim('<', '>'),
                Recipients = [.. context.Request.Query["to"].OfType<string>()],
                Octets = CrlfText.Of(octets),
                ClientIp = client,
                Helo = query.Text("helo") ?? "localhost",
            };
            if (mail.Problem() is { } wrong)
                return ApiProblem.BadRequest(wrong);
            var explanation = await explainer.ExplainAsync(mail, context.RequestAborted);
            return Results.Json(new ExplanationJson(HiderOf(parts.Setup.Secrets)).Of(explanation), ApiShapes.Json);
        }
        finally
        {
            Places.Release();
        }
    }

    /// <summary>Null when there is more of it than a mail may have.</summary>
    private static async Task<byte[]?> ReadBodyAsync(HttpContext context, long limit)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = limit + 1;
        using var octets = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(octets, context.RequestAborted);
        }
        catch (BadHttpRequestException fault) when (fault.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
        return octets.Length > limit ? null : octets.ToArray();
    }

    /// <summary>The API shows no secret, not even to whoever may ask for everything else.</summary>
    private static Func<string, string> HiderOf(IReadOnlyList<string> secrets)
    {
        var filter = new SecretFilter(secrets);
        return text => filter.Hide(Encoding.UTF8.GetBytes(text)) is { } hidden ? Encoding.UTF8.GetString(hidden) : text;
    }
}
