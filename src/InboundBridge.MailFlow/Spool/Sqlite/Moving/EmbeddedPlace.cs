using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Moving;
using InboundBridge.MailFlow.Spool.Sqlite.Opening;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.MailFlow.Spool.Sqlite.Moving;

/// <summary>Opens an embedded spool for the commands on spools.</summary>
internal static class EmbeddedPlace
{
    /// <summary>
    /// Reads a spool. Where no process has it open, this one keeps it open, so that no appliance starts meanwhile.
    /// </summary>
    /// <exception cref="SpoolRefusedException">There is none, or it can't be used.</exception>
    public static async Task<ISpoolSnapshot> ReadAsync(SpoolOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        CheckIsThere(options.Path);
        try
        {
            return await SqliteSnapshot.OpenAsync(options.Path, await OpenAsync(options, clock, cancellationToken));
        }
        catch (SpoolRefusedException refusal) when (SpoolLock.IsTaken(refusal))
        {
            return await SqliteSnapshot.OpenAsync(options.Path, owner: null);
        }
    }

    /// <summary>Closes a spool for good and reads it. A second call goes on with the same move.</summary>
    /// <returns>The snapshot, and the id of the export by which the spool is moved.</returns>
    /// <exception cref="SpoolRefusedException">A process has it open, or it can't be used.</exception>
    public static async Task<(ISpoolSnapshot Snapshot, string ExportId)> MoveAsync(
        SpoolOptions options, string exportId, TimeProvider clock, CancellationToken cancellationToken)
    {
        CheckIsThere(options.Path);
        IMailSpool spool;
        try
        {
            spool = await OpenAsync(options, clock, cancellationToken);
        }
        catch (SpoolRefusedException refusal) when (SpoolLock.IsTaken(refusal))
        {
            throw new SpoolRefusedException($"the appliance has the spool {options.Path} open: stop it before you move the spool", refusal);
        }
        var snapshot = await SqliteSnapshot.OpenAsync(options.Path, spool);
        if (SpoolClosure.FindMove(options.Path) is { } known)
            return (snapshot, known);
        try
        {
            CheckIsWhole(options.Path);
            SpoolClosure.CloseForMove(options.Path, exportId);
            return (snapshot, exportId);
        }
        catch
        {
            await snapshot.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="SpoolRefusedException">A process has it open, it was moved, or it can't be used.</exception>
    public static async Task<ISpoolTarget> TakeAsync(SpoolOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (SpoolClosure.FindMove(options.Path) is not null)
        {
            throw new SpoolRefusedException(
                $"the spool {options.Path} was moved to another store, and what it still holds is out of date. Import into another directory");
        }
        try
        {
            return new SqliteTarget(options.Path, (SqliteMailSpool)await OpenAsync(options, clock, cancellationToken));
        }
        catch (SpoolRefusedException refusal) when (SpoolLock.IsTaken(refusal))
        {
            throw new SpoolRefusedException($"the appliance has the spool {options.Path} open: stop it before you import", refusal);
        }
    }

    /// <returns>False: it was not moved.</returns>
    /// <exception cref="SpoolRefusedException">A process has it open, or it can't be used.</exception>
    public static async Task<bool> ReopenAsync(SpoolOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        CheckIsThere(options.Path);
        await using var spool = await OpenAsync(options, clock, cancellationToken);
        if (SpoolClosure.FindMove(options.Path) is null)
            return false;
        SpoolClosure.Open(options.Path);
        return true;
    }

    /// <exception cref="SpoolRefusedException">An import is not finished.</exception>
    public static void CheckIsWhole(string folder)
    {
        if (SpoolClosure.IsImporting(folder))
            SpoolClosure.Check(folder);
    }

    private static void CheckIsThere(string folder)
    {
        if (!File.Exists(Path.Combine(folder, "spool.db")))
            throw new SpoolRefusedException($"there is no spool in {folder}");
    }

    private static Task<IMailSpool> OpenAsync(SpoolOptions options, TimeProvider clock, CancellationToken cancellationToken) =>
        SqliteMailSpool.OpenAsync(
            options, new SpoolInternals { OpensClosed = true, RecentOctets = 0 }, clock, NullLogger.Instance, cancellationToken);
}
