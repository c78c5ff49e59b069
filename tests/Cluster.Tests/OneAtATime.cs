// Each test has processes of its own, enough for a machine of two cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
