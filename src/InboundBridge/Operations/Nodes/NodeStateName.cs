using System.Text.Json;
using InboundBridge.MailFlow.Spool.Contract.Nodes;

namespace InboundBridge.Operations.Nodes;

/// <summary>States of nodes as the API, the metrics and the command line spell them: <c>not_ready</c>.</summary>
internal static class NodeStateName
{
    public static string Of(NodeState state) => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());
}
