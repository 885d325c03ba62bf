import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";

import { messageOf } from "./error";
import { toast } from "@/ui/toast";

interface Optimistic<Data, Variables, Answer> {
  /** The answer that is changed at once. */
  queryKey: QueryKey;
  /** What it will be, should the server agree. */
  update: (data: Data, variables: Variables) => Data;
  /** Asks the server. */
  mutate: (variables: Variables) => Promise<Answer>;
  /** Other answers that depend on it, asked for anew afterwards. */
  invalidate?: QueryKey[];
  onSuccess?: (answer: Answer, variables: Variables) => void;
  /** Tells of the refusal; by itself a notification does. */
  onError?: (error: unknown, variables: Variables) => void;
}

/** A change that shows at once and is undone, with a word why, when the server refuses. */
export function useOptimistic<Data, Variables = void, Answer = unknown>({
  queryKey,
  update,
  mutate,
  invalidate = [],
  onSuccess,
  onError,
}: Optimistic<Data, Variables, Answer>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: mutate,
    onMutate: async (variables: Variables) => {
      await queryClient.cancelQueries({ queryKey, exact: true });
      const before = queryClient.getQueryData<Data>(queryKey);
      if (before !== undefined) queryClient.setQueryData<Data>(queryKey, update(before, variables));
      return { before };
    },
    onSuccess: (answer, variables) => onSuccess?.(answer, variables),
    onError: (error, variables, saved) => {
      if (saved?.before !== undefined) queryClient.setQueryData<Data>(queryKey, saved.before);
      if (onError) onError(error, variables);
      else toast.error(messageOf(error));
    },
    onSettled: () =>
      Promise.all([queryKey, ...invalidate].map((key) => queryClient.invalidateQueries({ queryKey: key }))),
  });
}
