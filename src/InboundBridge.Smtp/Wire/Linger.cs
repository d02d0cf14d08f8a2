using System.IO.Pipelines;

namespace InboundBridge.Smtp.Wire;

/// <summary>
/// Reads and discards what the client sends after our last reply. Closing a socket that has unread octets sends a reset, which makes the
/// client discard our reply: it would never learn why it was cut off.
/// </summary>
internal static class Linger
{
    /// <summary>A client that reads notices our close at once; one that does not read won't notice it later either.</summary>
    public static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(2);

    /// <summary>More than any TCP window that was open when we stopped reading; a client that sends more is not about to stop.</summary>
    private const long MostOctets = 1024 * 1024;

    public static async ValueTask DrainAsync(PipeReader input, TimeProvider time)
    {
        using var deadline = new CancellationTokenSource(LongestTime, time);
        try
        {
            for (var drained = 0L; drained < MostOctets;)
            {
                var result = await input.ReadAsync(deadline.Token);
                drained += result.Buffer.Length;
                input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    return;
            }
        }
        catch (Exception over) when (over is OperationCanceledException or IOException)
        {
            // The time is up or the client is gone.
        }
    }
}
