using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace InboundBridge.Api;

/// <summary>Reads a whole request body before it is used: bounded in size and time, buffered on disk when it is large.</summary>
internal static class UploadBody
{
    private const int InMemory = 64 * 1024;

    /// <param name="limit">Octets.</param>
    /// <param name="time">For the whole body; the server's minimum rate applies as well.</param>
    /// <param name="folder">The folder that buffers large bodies.</param>
    /// <exception cref="BadHttpRequestException">413 or 408.</exception>
    public static async Task<byte[]> ReadAsync(HttpContext context, long limit, TimeSpan time, TimeProvider clock, string folder)
    {
        if (context.Request.ContentLength > limit)
            throw TooLarge(limit);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = limit + 1;
        using var deadline = new CancellationTokenSource(time, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        await using var taken = new FileBufferingReadStream(context.Request.Body, InMemory, limit + 1, folder);
        try
        {
            await taken.DrainAsync(either.Token);
        }
        catch (OperationCanceledException late) when (deadline.IsCancellationRequested)
        {
            // Don't wait for the rest of the body.
            context.Response.Headers.Connection = "close";
            throw new BadHttpRequestException(
                $"the body did not arrive within {time.TotalSeconds:0} s", StatusCodes.Status408RequestTimeout, late);
        }
        catch (IOException fault) when (fault is not BadHttpRequestException && taken.Length > limit)
        {
            throw TooLarge(limit);
        }
        if (taken.Length > limit)
            throw TooLarge(limit);
        var octets = new byte[taken.Length];
        taken.Position = 0;
        await taken.ReadExactlyAsync(octets, context.RequestAborted);
        return octets;
    }

    private static BadHttpRequestException TooLarge(long limit) =>
        new($"at most {limit} octets are read", StatusCodes.Status413PayloadTooLarge);
}
