using IqdbFlat.Abstractions;
using IqdbFlat.Engine;

namespace IqdbFlat.Client.Tests.Fakes;

/// <summary>The catalog, and the index grains of its names.</summary>
internal sealed class FakeNames(FakeCluster cluster) : ICatalogGrain
{
    public List<string> Listed { get; } = ["docs"];

    public List<string> Calls { get; } = [];

    public Func<Task> Before { get; set; } = () => Task.CompletedTask;

    /// <summary>Runs before an index grain is served; throws what its call shall throw.</summary>
    public Func<string, Task> BeforeOf { get; set; } = _ => Task.CompletedTask;

    public IIndexGrain Of(string name) => new FakeIndexGrain(this, name);

    public Task AddName(string index, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task RemoveName(string index, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<string[]> ListNames(CancellationToken cancellationToken)
    {
        await Before();
        return [.. Listed];
    }

    private sealed class FakeIndexGrain(FakeNames names, string name) : IIndexGrain
    {
        public Task<IndexDescription> CreateIndex(IndexSettings settings, bool ifNotExists, CancellationToken cancellationToken) => Answer("create");

        public Task<IndexDescription> DescribeIndex(CancellationToken cancellationToken) => Answer("describe");

        public async Task<IndexDescription> RenameIndex(string newName, CancellationToken cancellationToken) => await Answer("rename") with { Name = newName };

        public Task<bool> IsTaken(CancellationToken cancellationToken) => throw new NotSupportedException("Index grains alone ask this.");

        public Task<IndexDescription> AdoptIndex(IndexDescription description, ulong sequenceLease, CancellationToken cancellationToken) => Answer("adopt");

        public Task DropIndex(CancellationToken cancellationToken) => Answer("drop");

        public Task<Allotment> AllotSequences(string incarnation, int count, CancellationToken cancellationToken) => Task.FromResult(default(Allotment));

        public Task<Allotment> AllotBatch(string incarnation, int count, ShardToken? token, ulong above, CancellationToken cancellationToken) => Task.FromResult(default(Allotment));

        public Task FinishBatch(ulong first, BatchEnd end, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<IndexCut> CutIndex(Guid pin, TimeSpan lease, CancellationToken cancellationToken) => throw NotAsked();

        public Task<IndexDescription> BeginRestore(RestoreRequest request, CancellationToken cancellationToken) => throw NotAsked();

        public Task KeepRestore(string incarnation, CancellationToken cancellationToken) => throw NotAsked();

        public Task<IndexDescription> FinishRestore(RestoreEnd end, CancellationToken cancellationToken) => throw NotAsked();

        public Task AbandonRestore(string incarnation, CancellationToken cancellationToken) => throw NotAsked();

        public Task<IndexDescription> VerifyIndex(CancellationToken cancellationToken) => throw NotAsked();

        private static NotSupportedException NotAsked() => new("Backup grains alone ask this.");

        private async Task<IndexDescription> Answer(string call)
        {
            names.Calls.Add($"{call} {name}");
            await names.Before();
            await names.BeforeOf(name);
            return name == names.Description.Name ? names.Description : throw FlatIndexException.IndexNotFound(name);
        }
    }

    private IndexDescription Description => cluster.Description;
}
