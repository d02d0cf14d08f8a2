using System.IO.Pipelines;

namespace InboundBridge.Smtp.Wire;

/// <summary>
/// Takes off what the peer still sends after our last reply. A socket that is closed over unread octets answers with a reset, and a reset overtakes the
/// reply: the peer would never hear why it was cut off.
/// </summary>
internal static class Linger
{
    /// <summary>A peer that reads sees our end at once; whoever does not, hears nothing in more time either.</summary>
    public static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(2);

    /// <summary>More than any window that was open when we stopped listening; beyond it the peer is not about to stop.</summary>
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
            // Time is up, or the peer is gone: either way there is nobody to wait for.
        }
    }
}
