using System.Text.Json;

namespace InboundBridge.Rules.Scripting.Workers;

/// <summary>The way to a worker and back: one frame goes, one comes. Used by one caller at a time.</summary>
internal interface IWorkerChannel : IDisposable
{
    /// <summary>
    /// Sends a frame and returns the body of the frame that answers it: null when the worker is gone. The body is valid until the next
    /// exchange. Completes at once where the answer comes at once. Killing the worker ends an exchange.
    /// </summary>
    /// <exception cref="JsonException">The worker breaks the protocol.</exception>
    /// <exception cref="IOException">The worker is gone.</exception>
    ValueTask<ReadOnlyMemory<byte>?> ExchangeAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken);
}
