using InboundBridge.Acme.Challenges;
using InboundBridge.Http.Access;
using InboundBridge.Http.Answers;
using InboundBridge.Http.Connections;

namespace InboundBridge.Http;

/// <summary>
/// The steps that every request passes before its route. They make sure that every request gets an answer, whatever goes wrong.
/// </summary>
/// <param name="challenges">Answers the questions of a certificates' authority, which has no token.</param>
internal sealed partial class HttpPipeline(ApiAccess access, ChallengeFile challenges, ILogger<HttpPipeline> log)
{
    /// <summary>Adds the steps; call it before routing.</summary>
    public void Use(IApplicationBuilder application)
    {
        application.Use(next => context => CountAsync(context, next));
        application.Use(next => context => challenges.ServeAsync(context, next));
        application.Use(next => context => AnswerAsync(context, next));
        application.Use(next => context => HeadRequest.ServeAsync(context, next));
        application.Use(next => context => GuardAsync(context, next));
    }

    private static async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        var connection = context.Features.Get<HttpConnection>();
        connection?.Begin();
        try
        {
            await next(context);
        }
        finally
        {
            connection?.End();
        }
    }

    private async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "private, no-store";
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException fault)
        {
            await TellAsync(context, ApiProblem.Of(fault.StatusCode, "The request can't be read", fault.Message));
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has disconnected: there is nobody to answer.
            return;
        }
        catch (Exception fault)
        {
            Faulted(fault, context.Request.Method, context.Request.Path.Value ?? string.Empty);
            await TellAsync(
                context,
                ApiProblem.Of(StatusCodes.Status500InternalServerError, "Internal error", "see http_fault in the log"));
        }
        // Refusals by the framework's routing get problem details as all others do.
        if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
            await TellAsync(
                context,
                ApiProblem.Of(
                    context.Response.StatusCode,
                    Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(context.Response.StatusCode)));
    }

    private Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        if (PublicSide.Is(context))
            return PublicSide.Serves(context.Request) ? next(context) : TellAsync(context, ApiProblem.NotFound("such path"));
        // It is for everybody, and comes with the name of one of our domains.
        if (context.Request.Path == PublicSide.MtaStsPath)
            return next(context);
        if (access is { IsOpen: true, IsLoopback: true } && !LocalRequest.HasLocalHost(context.Request))
            return TellAsync(context, ApiProblem.Of(
                StatusCodes.Status403Forbidden,
                "Not allowed",
                $"'{context.Request.Host}' is not this machine; without http.tokens the appliance answers localhost and loopback addresses only"));
        return next(context);
    }

    private static async Task TellAsync(HttpContext context, IResult problem)
    {
        // The answer has begun: all that is left is to cut it off, so that the client does not take it for complete.
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }
        var authenticate = context.Response.Headers.WWWAuthenticate;
        context.Response.Clear();
        context.Response.Headers.WWWAuthenticate = authenticate;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        await problem.ExecuteAsync(context);
    }

    [LoggerMessage(
        EventId = 2723, EventName = "http_fault", Level = LogLevel.Error, Message = "fault while answering: method={Method} path={Path}")]
    private partial void Faulted(Exception fault, string method, string path);
}
