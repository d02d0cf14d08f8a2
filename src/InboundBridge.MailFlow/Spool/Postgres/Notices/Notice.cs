namespace InboundBridge.MailFlow.Spool.Postgres.Notices;

/// <summary>What one node tells the others.</summary>
/// <param name="Name">A destination, or a message's id.</param>
internal readonly record struct Notice(NoticeKind Kind, string Name)
{
    /// <summary>Octets of a notice: PostgreSQL takes less than 8000. Destinations' names are far shorter.</summary>
    private const int Longest = 2000;

    public string Write(string sender) => $"{sender} {Kind} {(Name.Length > Longest ? string.Empty : Name)}";

    /// <returns>Null for a notice of this node, and for one that a newer version has sent.</returns>
    public static Notice? Read(string payload, string self)
    {
        var parts = payload.Split(' ', 3);
        return parts.Length == 3 && parts[0] != self && Enum.TryParse<NoticeKind>(parts[1], out var kind)
            ? new Notice(kind, parts[2])
            : null;
    }
}

internal enum NoticeKind
{
    /// <summary>Anybody can claim deliveries of this destination.</summary>
    Work,

    /// <summary>This message was erased: nobody may keep its octets in memory.</summary>
    Erased,

    /// <summary>This destination was paused or resumed.</summary>
    Pauses,
}
