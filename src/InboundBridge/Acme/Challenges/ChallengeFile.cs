using System.Text;

namespace InboundBridge.Acme.Challenges;

/// <summary>
/// Serves the files of http-01 (RFC 8555 §8.3): on a listener of its own, where everything else is 404, and on the listeners of HTTP.
/// Nothing of a request comes back in an answer.
/// </summary>
internal sealed class ChallengeFile(ChallengeAnswers answers)
{
    private const string Folder = "/.well-known/acme-challenge/";

    /// <summary>A step of the pipeline.</summary>
    public Task ServeAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) && request.Path.Value is { } path && path.StartsWith(Folder, StringComparison.Ordinal)
            && answers.FileOf(path[Folder.Length..]) is { } file)
        {
            context.Response.ContentType = "application/octet-stream";
            context.Response.ContentLength = file.Length;
            return context.Response.WriteAsync(file, Encoding.ASCII, context.RequestAborted);
        }
        if (!ChallengeSide.Is(context))
            return next(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }
}
