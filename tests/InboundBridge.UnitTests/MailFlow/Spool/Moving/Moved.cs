using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Moving;

namespace InboundBridge.UnitTests.MailFlow.Spool.Moving;

/// <summary>Exports and imports between places of a test.</summary>
internal sealed class Moved : IDisposable
{
    private readonly SpoolFolder _folder = new();

    public string File => Path.Combine(_folder.Path, "spool.export");

    public string Part => File + ".part";

    public string Key => Path.Combine(_folder.Path, "key");

    public Task<MoveResult> ExportAsync(
        MovePlace from, bool isMove = false, string? file = null, IProgress<MoveProgress>? progress = null,
        CancellationToken cancellation = default) => SpoolMoves.ExportAsync(
        from.Value, new ExportRequest(file ?? File, null, Key, isMove, "test"), TimeProvider.System, progress, cancellation);

    public Task<MoveResult> ImportAsync(
        MovePlace to, string? file = null, IProgress<MoveProgress>? progress = null, CancellationToken cancellation = default) =>
        SpoolMoves.ImportAsync(to.Value, file ?? File, null, Key, TimeProvider.System, progress, cancellation);

    /// <summary>Imports what comes through a pipe.</summary>
    public Task<MoveResult> ImportAsync(MovePlace to, Stream input) =>
        SpoolMoves.ImportAsync(to.Value, null, input, Key, TimeProvider.System, null, CancellationToken.None);

    public static Task<MoveResult> VerifyAsync(MovePlace place) =>
        SpoolMoves.VerifyAsync(place.Value, TimeProvider.System, null, CancellationToken.None);

    public void Dispose() => _folder.Dispose();
}
