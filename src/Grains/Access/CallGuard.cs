using System.Collections.Frozen;
using IqdbFlat.Abstractions;

namespace IqdbFlat.Grains.Access;

/// <summary>
/// A client outside the cluster reaches the calls that are meant for clients and no others; what only silos say to each other is refused.
/// </summary>
/// <remarks>
/// Who calls is told by the sender that the message names: a client's name begins as only clients' do, and the client that every silo hosts for its own services is told by its name.
/// Orleans' own client cannot send under another name. A peer that speaks the protocol itself could, so the guard is for order and not for enemies: those are kept out by the gateway's key and
/// by TLS.
/// </remarks>
/// <param name="isClosed">
/// Whether grains other than IqdbFlat's are closed to clients too, but for what every client of Orleans needs. A silo that hosts nothing else says so; a service's own silo has grains of its own.
/// </param>
internal sealed class CallGuard(bool isClosed) : IIncomingGrainCallFilter
{
    /// <summary>The calls of clients. An interface without names is theirs as a whole.</summary>
    internal static FrozenDictionary<Type, string[]> ForClients { get; } = new Dictionary<Type, string[]>
    {
        [typeof(ICoordinatorGrain)] = [],
        [typeof(IBackupGrain)] = [],
        [typeof(IPlacementGrain)] = [],
        [typeof(ICatalogGrain)] = [nameof(ICatalogGrain.ListNames)],
        [typeof(IIndexGrain)] =
        [
            nameof(IIndexGrain.CreateIndex), nameof(IIndexGrain.DescribeIndex), nameof(IIndexGrain.RenameIndex), nameof(IIndexGrain.DropIndex),
        ],
        [typeof(IManagementGrain)] = [nameof(IManagementGrain.GetHosts), nameof(IManagementGrain.GetDetailedHosts)],
    }.ToFrozenDictionary();

    // What Orleans' client itself calls, by name because the interfaces are Orleans' own: the list of grain types, and giving up a call.
    private static readonly FrozenSet<string> ClientRuntime = FrozenSet.Create(
        StringComparer.Ordinal, "IClusterManifestSystemTarget", "ICancellationSourcesExtension", "IAsyncEnumerableGrainExtension");

    /// <inheritdoc/>
    public Task Invoke(IIncomingGrainCallContext context) => IsFromOutside(context.SourceId) && !IsForClients(context.Request.GetInterfaceType(), context.MethodName)
        ? throw FlatIndexException.InvalidConfig($"{context.Request.GetInterfaceType().Name}.{context.MethodName} is not for clients: only silos call it")
        : context.Invoke();

    // Clients that silos host are called so by Orleans.
    private static bool IsFromOutside(GrainId? source) =>
        source is not { } sender || (sender.IsClient() && !sender.Key.AsSpan().StartsWith("hosted-"u8));

    private bool IsForClients(Type called, string method)
    {
        if (ForClients.TryGetValue(called, out string[]? methods) && (called != typeof(IManagementGrain) || isClosed))
            return methods.Length == 0 || methods.Contains(method, StringComparer.Ordinal);
        if (called.Assembly == typeof(ICoordinatorGrain).Assembly)
            return false;
        return !isClosed || ClientRuntime.Contains(called.Name);
    }
}
