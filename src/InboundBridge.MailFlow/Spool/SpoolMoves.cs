using System.Security.Cryptography;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Moving;
using InboundBridge.MailFlow.Spool.Moving.Format;
using InboundBridge.MailFlow.Spool.Postgres.Moving;
using InboundBridge.MailFlow.Spool.Sealing;
using InboundBridge.MailFlow.Spool.Sqlite.Moving;

namespace InboundBridge.MailFlow.Spool;

/// <summary>
/// Exports, imports and checks whole spools of either store (docs/backup.md). Every method may throw <see cref="SpoolRefusedException"/>
/// (something must be done first), <see cref="SpoolUnavailableException"/> (the store fails) and <see cref="IOException"/>.
/// </summary>
public static class SpoolMoves
{
    /// <summary>Writes a spool into a file or a stream.</summary>
    public static async Task<MoveResult> ExportAsync(
        SpoolPlace place, ExportRequest request, TimeProvider clock, IProgress<MoveProgress>? progress, CancellationToken cancellationToken)
    {
        if (request.Path is null)
        {
            var key = ExportKey.ReadOrMake(request.KeyPath);
            return await ExportAsync(place, request, request.Output!, key, null, clock, progress, cancellationToken);
        }
        await using var target = ExportTarget.Open(request.Path);
        var sealing = ExportKey.ReadOrMake(request.KeyPath);
        var interrupted = request.IsMove ? await InterruptedExport.FindAsync(target.Stream, sealing, progress, cancellationToken) : null;
        var result = await ExportAsync(place, request, target.Stream, sealing, interrupted, clock, progress, cancellationToken);
        await target.FinishAsync(cancellationToken);
        return result;
    }

    /// <summary>Stores what a file or a stream holds. A file is read to its end first: one that is damaged changes nothing.</summary>
    /// <exception cref="ExportDamagedException">The file is damaged or not whole.</exception>
    public static async Task<MoveResult> ImportAsync(
        SpoolPlace place, string? path, Stream? input, string keyPath, TimeProvider clock, IProgress<MoveProgress>? progress,
        CancellationToken cancellationToken)
    {
        var key = ExportKey.Read(keyPath);
        var whole = path is null ? null : (await CheckAsync(path, null, keyPath, progress, cancellationToken)).Digest;
        await using var stream = input ?? OpenFile(path!);
        using var file = new ExportFileReader(stream, path ?? ExportFileReader.StandardInput);
        var header = await file.OpenAsync(cancellationToken);
        ExportKey.Check(key, header, keyPath);
        await using var target = place.Shared is { } shared
            ? await SharedPlace.TakeAsync(place.Options, shared, clock, cancellationToken)
            : await EmbeddedPlace.TakeAsync(place.Options, clock, cancellationToken);
        var problems = new MoveProblems();
        var import = new SpoolImport(file, target, key, clock, problems, progress);
        await import.RunAsync(header, whole, cancellationToken);
        return new MoveResult
        {
            Place = target.Place,
            Count = file.Count,
            Problems = problems,
            Added = import.Added,
            PassedOver = import.PassedOver,
            WasDone = import.WasDone,
            Remarks = import.TookLinkKey ? [] :
                ["the spool had mail and a key of links of its own, which it keeps: links in mails of the export end"],
        };
    }

    /// <summary>Reads a whole spool, and checks every octet, reference and total.</summary>
    public static async Task<MoveResult> VerifyAsync(
        SpoolPlace place, TimeProvider clock, IProgress<MoveProgress>? progress, CancellationToken cancellationToken)
    {
        await using var snapshot = await ReadAsync(place, clock, cancellationToken);
        var (count, problems) = (new SpoolCount(), new MoveProblems());
        using var nowhere = new ExportFileWriter(Stream.Null, new OptionsSeal(RandomNumberGenerator.GetBytes(32)), []);
        await new SpoolExport(snapshot, nowhere, count, problems, progress).RunAsync(0, cancellationToken);
        foreach (var fault in await snapshot.FindFaultsAsync(cancellationToken))
            problems.Add(fault);
        // Mails that ended meanwhile are in the totals of the snapshot, and not in what was counted.
        if (snapshot.Removed == 0)
        {
            foreach (var difference in count.Differences(await snapshot.ReadTotalsAsync(cancellationToken)))
                problems.Add(difference);
        }
        return new MoveResult { Place = snapshot.Place, Count = count, Problems = problems, Removed = snapshot.Removed };
    }

    /// <summary>Reads a file or a stream to its end, and checks everything in it.</summary>
    /// <param name="keyPath">Null: the secrets in it are not looked at.</param>
    /// <exception cref="ExportDamagedException">The file is damaged or not whole.</exception>
    public static async Task<MoveResult> CheckFileAsync(
        string? path, Stream? input, string? keyPath, IProgress<MoveProgress>? progress, CancellationToken cancellationToken) =>
        (await CheckAsync(path, input, keyPath, progress, cancellationToken)).Result;

    private static async Task<(MoveResult Result, string Digest)> CheckAsync(
        string? path, Stream? input, string? keyPath, IProgress<MoveProgress>? progress, CancellationToken cancellationToken)
    {
        await using var stream = input ?? OpenFile(path!);
        using var file = new ExportFileReader(stream, path ?? ExportFileReader.StandardInput);
        var header = await file.OpenAsync(cancellationToken);
        if (keyPath is not null)
            ExportKey.Check(ExportKey.Read(keyPath), header, keyPath);
        var problems = new MoveProblems();
        await new FileCheck(file, problems, progress).RunAsync(null, cancellationToken);
        var result = new MoveResult { Place = path ?? ExportFileReader.StandardInput, Count = file.Count, Problems = problems };
        return (result, Convert.ToHexStringLower(file.Digest));
    }

    /// <summary>Removes what imports have stored that were begun and never finished.</summary>
    /// <param name="confirm">Whether what is found is to be removed.</param>
    /// <returns>What was removed; null: nothing, because it was not confirmed.</returns>
    public static async Task<HalfImport?> AbandonImportAsync(
        SpoolPlace place, Func<HalfImport, bool> confirm, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var target = place.Shared is { } shared
            ? await SharedPlace.TakeAsync(place.Options, shared, clock, cancellationToken)
            : await EmbeddedPlace.TakeAsync(place.Options, clock, cancellationToken);
        var unfinished = await ImportMark.FindUnfinishedAsync(target.Spool, cancellationToken);
        if (unfinished.FirstOrDefault(import => import.Value.Name == ImportMark.Releasing) is { Key: { } id })
        {
            throw new SpoolRefusedException(
                $"the import of the export {id} into {target.Place} has stored everything, and mails of it may have been delivered. " +
                "Complete it with 'inboundbridge spool import FILE' and its file");
        }
        var half = await target.CountImportedAsync(cancellationToken) with { Place = target.Place };
        if (half.Messages > 0 && !confirm(half))
            return null;
        var kept = await target.RemoveImportedAsync(cancellationToken);
        foreach (var import in unfinished.Keys)
            await new ImportMark(target.Spool, import).ForgetAsync(cancellationToken);
        await target.EndAsync(cancellationToken);
        return half with { Messages = half.Messages - kept, Kept = kept };
    }

    /// <summary>Opens a spool again that was moved and whose export will not be imported.</summary>
    /// <returns>False: it was not moved.</returns>
    public static Task<bool> ReopenAsync(SpoolPlace place, TimeProvider clock, CancellationToken cancellationToken) =>
        place.Shared is { } shared
            ? SharedPlace.ReopenAsync(shared, cancellationToken) : EmbeddedPlace.ReopenAsync(place.Options, clock, cancellationToken);

    private static async Task<MoveResult> ExportAsync(
        SpoolPlace place, ExportRequest request, Stream output, OptionsSeal key, InterruptedExport? interrupted, TimeProvider clock,
        IProgress<MoveProgress>? progress, CancellationToken cancellationToken)
    {
        await CheckIsWholeAsync(place, cancellationToken);
        var id = interrupted?.Header.Id ?? new MessageIdSource(clock).Next();
        var (snapshot, exportId) = request.IsMove
            ? await MoveAsync(place, id, clock, cancellationToken) : (await ReadAsync(place, clock, cancellationToken), id);
        await using var source = snapshot;
        // It is of another move: begin anew.
        if (interrupted?.Header.Id != exportId)
            interrupted = null;
        if (output is FileStream file)
        {
            file.SetLength(interrupted?.Offset ?? 0);
            file.Position = file.Length;
        }
        using var writer = new ExportFileWriter(output, key, interrupted?.Digest);
        if (interrupted is null)
        {
            var header = new ExportHeader(exportId, clock.GetUtcNow(), request.Program, source.Place, request.IsMove, string.Empty, null);
            await writer.WriteHeaderAsync(header, await source.ReadLinkKeyAsync(cancellationToken), cancellationToken);
        }
        var (count, problems) = (interrupted?.Count ?? new SpoolCount(), new MoveProblems());
        await new SpoolExport(source, writer, count, problems, progress).RunAsync(interrupted?.Number ?? 0, cancellationToken);
        await output.FlushAsync(cancellationToken);
        return new MoveResult
        {
            Place = source.Place,
            Count = count,
            Problems = problems,
            Removed = source.Removed,
            IsContinued = interrupted is not null,
        };
    }

    private static async Task CheckIsWholeAsync(SpoolPlace place, CancellationToken cancellationToken)
    {
        if (place.Shared is { } shared)
            await SharedPlace.CheckIsWholeAsync(shared, cancellationToken);
        else
            EmbeddedPlace.CheckIsWhole(place.Options.Path);
    }

    private static Task<ISpoolSnapshot> ReadAsync(SpoolPlace place, TimeProvider clock, CancellationToken cancellationToken) =>
        place.Shared is { } shared
            ? SharedPlace.ReadAsync(shared, cancellationToken) : EmbeddedPlace.ReadAsync(place.Options, clock, cancellationToken);

    private static async Task<(ISpoolSnapshot Snapshot, string ExportId)> MoveAsync(
        SpoolPlace place, string id, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (place.Shared is not { } shared)
            return await EmbeddedPlace.MoveAsync(place.Options, id, clock, cancellationToken);
        var exportId = await SharedPlace.CloseAsync(shared, id, cancellationToken);
        return (await SharedPlace.ReadAsync(shared, cancellationToken), exportId);
    }

    private static FileStream OpenFile(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.Open,
        Access = FileAccess.Read,
        Share = FileShare.Read,
        BufferSize = 1024 * 1024,
        Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
    });
}
