using InboundBridge.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.MailFlow.Spool.Sqlite.Log;

/// <summary>
/// Knows how much of the log is durable. SQLite writes a commit into the log and leaves the sync to us (<c>synchronous=NORMAL</c>), so that
/// the next transaction can be prepared meanwhile. After a failed sync the kernel marks pages as clean that never reached the disk, and no
/// later sync writes them. So the log is then cut back to what had been synced before. Used by one thread at a time.
/// </summary>
/// <param name="isEmpty">The database holds every commit.</param>
internal sealed class SyncedLog(ILogFile file, int pageSize, bool isEmpty = true) : IDisposable
{
    private const int Header = 32;
    private const int FrameHeader = 24;
    private const int Unknown = -1;

    /// <summary>Number of durable frames; 0 when the database holds every commit.</summary>
    private int _frames = isEmpty ? 0 : Unknown;

    /// <param name="frames">Frames that the log holds after the last commit.</param>
    /// <exception cref="SqliteFault">The sync failed, and the commits since the last one may be lost.</exception>
    public void Sync(int frames)
    {
        file.Sync();
        _frames = frames;
    }

    /// <summary>
    /// To be called after a checkpoint. If it was complete, the next commit may start the log over, and none of the present frames is
    /// needed. If it failed, it is unknown whether the next commit appends or starts over.
    /// </summary>
    public void Moved(LogMove move)
    {
        if (move.IsComplete)
            _frames = 0;
        else if (move.HasFailed)
            _frames = Unknown;
    }

    /// <summary>
    /// After a failed sync, with the database closed: cuts the log back to the commits that were
    /// synced. Where their number is unknown, it leaves the log.
    /// </summary>
    /// <exception cref="SqliteFault">The log could not be cut either.</exception>
    public void CutBack()
    {
        if (_frames != Unknown)
            file.Cut(_frames == 0 ? 0 : Header + (_frames * (long)(FrameHeader + pageSize)));
    }

    public void Dispose() => file.Dispose();
}
