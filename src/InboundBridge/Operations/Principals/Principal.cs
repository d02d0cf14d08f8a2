namespace InboundBridge.Operations.Principals;

/// <summary>Who asks for an operation.</summary>
/// <param name="Name">For the audit log: the name of the token, <c>local</c> while no tokens are configured, <c>link</c> for the holder of
/// a signed link.</param>
internal sealed record Principal(string Name, Role Role)
{
    /// <summary>While no tokens are configured, whoever is on this machine is the operator.</summary>
    public static Principal Local { get; } = new("local", Role.Admin);

    public static Principal Link { get; } = new("link", Role.Link);

    public bool May(Operation operation) => Role >= operation.Needs;

    /// <exception cref="NotPermittedException">The role of this principal does not allow the operation.</exception>
    public void Demand(Operation operation)
    {
        if (!May(operation))
            throw new NotPermittedException(this, operation);
    }
}
