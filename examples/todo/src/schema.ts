// Written by `ringfence types`. Change the schema and run it again.

import type { Many, One, Upload } from 'ringfence';

/** A record of `comments`, as it is read. */
export interface CommentsRecord {
  id: string;
  collectionId: string;
  created: string;
  updated: string;
  created_by: string;
  updated_by: string;
  collectionName: 'comments';
  task: string;
  author: string;
  body: string;
  attachments: string[];
}

/** What creates a record of `comments`. */
export interface CommentsInsert {
  id?: string;
  task: string;
  author: string;
  body: string;
  attachments?: (Blob | Upload | string)[] | null;
}

/** What changes a record of `comments`. */
export interface CommentsUpdate {
  task?: string;
  author?: string;
  body?: string;
  attachments?: (Blob | Upload | string)[] | null;
  'attachments+'?: Blob | Upload | string | (Blob | Upload | string)[];
  '+attachments'?: Blob | Upload | string | (Blob | Upload | string)[];
  'attachments-'?: Blob | Upload | string | (Blob | Upload | string)[];
}

/** A record of `memberships`, as it is read. */
export interface MembershipsRecord {
  id: string;
  collectionId: string;
  created: string;
  updated: string;
  created_by: string;
  updated_by: string;
  collectionName: 'memberships';
  user: string;
  team: string;
  role: 'viewer' | 'editor' | 'owner';
}

/** What creates a record of `memberships`. */
export interface MembershipsInsert {
  id?: string;
  user: string;
  team: string;
  role?: 'viewer' | 'editor' | 'owner';
}

/** What changes a record of `memberships`. */
export interface MembershipsUpdate {
  user?: string;
  team?: string;
  role?: 'viewer' | 'editor' | 'owner';
}

/** A record of `notes`, as it is read. */
export interface NotesRecord {
  id: string;
  collectionId: string;
  created: string;
  updated: string;
  created_by: string;
  updated_by: string;
  collectionName: 'notes';
  owner: string;
  title: string;
  body: string;
  color: 'yellow' | 'green' | 'blue' | 'red' | '';
  pinned: boolean;
  remind: string;
}

/** What creates a record of `notes`. */
export interface NotesInsert {
  id?: string;
  owner: string;
  title: string;
  body?: string | null;
  color?: 'yellow' | 'green' | 'blue' | 'red' | null;
  pinned?: boolean | null;
  remind?: string | Date | null;
}

/** What changes a record of `notes`. */
export interface NotesUpdate {
  owner?: string;
  title?: string;
  body?: string | null;
  color?: 'yellow' | 'green' | 'blue' | 'red' | null;
  pinned?: boolean | null;
  remind?: string | Date | null;
}

/** A record of `projects`, as it is read. */
export interface ProjectsRecord {
  id: string;
  collectionId: string;
  created: string;
  updated: string;
  created_by: string;
  updated_by: string;
  collectionName: 'projects';
  title: string;
  description: string;
  team: string;
  public: boolean;
  website: string;
  deleted: string;
}

/** What creates a record of `projects`. */
export interface ProjectsInsert {
  id?: string;
  title: string;
  description?: string | null;
  team: string;
  public?: boolean | null;
  website?: string | null;
  deleted?: string | Date | null;
}

/** What changes a record of `projects`. */
export interface ProjectsUpdate {
  title?: string;
  description?: string | null;
  team?: string;
  public?: boolean | null;
  website?: string | null;
  deleted?: string | Date | null;
}

/** A record of `tasks`, as it is read. */
export interface TasksRecord {
  id: string;
  collectionId: string;
  created: string;
  updated: string;
  created_by: string;
  updated_by: string;
  collectionName: 'tasks';
  title: string;
  project: string;
  assignee: string;
  status: 'todo' | 'doing' | 'done';
  due: string;
  estimate: number | null;
  tags: ('bug' | 'feature' | 'design' | 'docs' | 'question')[];
}

/** What creates a record of `tasks`. */
export interface TasksInsert {
  id?: string;
  title: string;
  project: string;
  assignee?: string | null;
  status?: 'todo' | 'doing' | 'done';
  due?: string | Date | null;
  estimate?: number | null;
  tags?: ('bug' | 'feature' | 'design' | 'docs' | 'question')[] | null;
}

/** What changes a record of `tasks`. */
export interface TasksUpdate {
  title?: string;
  project?: string;
  assignee?: string | null;
  status?: 'todo' | 'doing' | 'done';
  due?: string | Date | null;
  estimate?: number | null;
  'estimate+'?: number;
  'estimate-'?: number;
  tags?: ('bug' | 'feature' | 'design' | 'docs' | 'question')[] | null;
  'tags+'?: 'bug' | 'feature' | 'design' | 'docs' | 'question' | ('bug' | 'feature' | 'design' | 'docs' | 'question')[];
  '+tags'?: 'bug' | 'feature' | 'design' | 'docs' | 'question' | ('bug' | 'feature' | 'design' | 'docs' | 'question')[];
  'tags-'?: 'bug' | 'feature' | 'design' | 'docs' | 'question' | ('bug' | 'feature' | 'design' | 'docs' | 'question')[];
}

/** A record of `teams`, as it is read. */
export interface TeamsRecord {
  id: string;
  collectionId: string;
  created: string;
  updated: string;
  created_by: string;
  updated_by: string;
  collectionName: 'teams';
  name: string;
  slug: string;
  owner: string;
}

/** What creates a record of `teams`. */
export interface TeamsInsert {
  id?: string;
  name: string;
  slug: string;
  owner: string;
}

/** What changes a record of `teams`. */
export interface TeamsUpdate {
  name?: string;
  slug?: string;
  owner?: string;
}

/** A record of `users`, as it is read. */
export interface UsersRecord {
  id: string;
  collectionId: string;
  created: string;
  updated: string;
  created_by: string;
  updated_by: string;
  collectionName: 'users';
  email?: string;
  emailVisibility: boolean;
  verified: boolean;
  name: string;
  avatar: string;
  phone: string;
  role: 'member' | 'admin';
}

/** What creates a record of `users`. */
export interface UsersInsert {
  id?: string;
  email: string;
  emailVisibility?: boolean;
  password: string;
  passwordConfirm?: string;
  name: string;
  avatar?: Blob | Upload | string | null;
  phone?: string | null;
  role?: 'member' | 'admin';
}

/** What changes a record of `users`. */
export interface UsersUpdate {
  email?: string;
  emailVisibility?: boolean;
  password?: string;
  passwordConfirm?: string;
  oldPassword?: string;
  name?: string;
  avatar?: Blob | Upload | string | null;
  phone?: string | null;
  role?: 'member' | 'admin';
}

/** The collections of the app, for `createClient<Schema>`. */
export type Schema = {
  comments: {
    kind: 'base';
    record: CommentsRecord;
    insert: CommentsInsert;
    update: CommentsUpdate;
    relations: {
      task: One<'tasks'>;
      author: One<'users'>;
    };
  };
  memberships: {
    kind: 'base';
    record: MembershipsRecord;
    insert: MembershipsInsert;
    update: MembershipsUpdate;
    relations: {
      user: One<'users'>;
      team: One<'teams'>;
    };
  };
  notes: {
    kind: 'base';
    record: NotesRecord;
    insert: NotesInsert;
    update: NotesUpdate;
    relations: {
      owner: One<'users'>;
    };
  };
  projects: {
    kind: 'base';
    record: ProjectsRecord;
    insert: ProjectsInsert;
    update: ProjectsUpdate;
    relations: {
      team: One<'teams'>;
      tasks_via_project: Many<'tasks'>;
    };
  };
  tasks: {
    kind: 'base';
    record: TasksRecord;
    insert: TasksInsert;
    update: TasksUpdate;
    relations: {
      project: One<'projects'>;
      assignee: One<'users'>;
      comments_via_task: Many<'comments'>;
    };
  };
  teams: {
    kind: 'base';
    record: TeamsRecord;
    insert: TeamsInsert;
    update: TeamsUpdate;
    relations: {
      owner: One<'users'>;
      memberships_via_team: Many<'memberships'>;
      projects_via_team: Many<'projects'>;
    };
  };
  users: {
    kind: 'auth';
    record: UsersRecord;
    insert: UsersInsert;
    update: UsersUpdate;
    relations: {
      comments_via_author: Many<'comments'>;
      memberships_via_user: Many<'memberships'>;
      notes_via_owner: Many<'notes'>;
      tasks_via_assignee: Many<'tasks'>;
      teams_via_owner: Many<'teams'>;
    };
  };
};
