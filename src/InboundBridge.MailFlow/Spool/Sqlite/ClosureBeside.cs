using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Sqlite.Opening;

namespace InboundBridge.MailFlow.Spool.Sqlite;

/// <summary>Looks whether an embedded spool is closed, for commands that run beside the appliance. Writes nothing.</summary>
public static class ClosureBeside
{
    /// <summary>Why the appliance refuses to open it: it was moved, or an import is not finished. Null: it is open, or not there.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It can't be read by this user.</exception>
    public static string? Find(string folder)
    {
        try
        {
            SpoolClosure.Check(folder);
            return null;
        }
        catch (SpoolRefusedException closed)
        {
            return closed.Message;
        }
    }
}
