namespace InboundBridge.Operations.Principals;

/// <summary>The caller of an operation.</summary>
/// <param name="Name">
/// For the audit log: the name of the token, <c>local</c> while no tokens are configured, <c>link</c> for the holder of a signed link.
/// </param>
internal sealed record Principal(string Name, Role Role)
{
    /// <summary>Any caller on this machine while no tokens are configured.</summary>
    public static Principal Local { get; } = new("local", Role.Admin);

    public static Principal Link { get; } = new("link", Role.Link);

    /// <summary>For the audit log: <c>api</c>, or <c>ui</c> for somebody who clicks in the web UI.</summary>
    public string Via { get; init; } = "api";

    public bool May(Operation operation) => Role >= operation.Needs;

    /// <exception cref="NotPermittedException">The role of this principal does not allow the operation.</exception>
    public void Demand(Operation operation)
    {
        if (!May(operation))
            throw new NotPermittedException(this, operation);
    }
}
