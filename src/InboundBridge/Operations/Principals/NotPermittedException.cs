namespace InboundBridge.Operations.Principals;

/// <summary>A principal asked for an operation that its role does not allow. Nothing was done.</summary>
internal sealed class NotPermittedException(Principal principal, Operation operation)
    : Exception($"{principal.Name} with role {principal.Role} may not {operation.Name}: that needs {operation.Needs}")
{
    public Principal Principal { get; } = principal;
}
